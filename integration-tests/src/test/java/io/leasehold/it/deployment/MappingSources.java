package io.leasehold.it.deployment;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The config mappings of a module as their sources have them: with Javadoc, in the order written.
 */
final class MappingSources {

    private MappingSources() {}

    /** One config mapping: what it is about, and its settings. */
    record Mapping(String prefix, String words, List<Setting> settings) {}

    /**
     * One setting.
     *
     * @param type as it is written
     * @param standard its default, null when it has none
     */
    record Setting(String name, String type, @Nullable String standard, String words) {}

    /** All of a module, by prefix. */
    static List<Mapping> of(String module) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources(module)));
            Scan scan = new Scan(DocTrees.instance(task));
            task.parse().forEach(unit -> scan.scan(new TreePath(unit), null));
            return scan.found.stream().sorted((a, b) -> a.prefix().compareTo(b.prefix())).toList();
        }
    }

    private static List<Path> sources(String module) {
        try (Stream<Path> files = Files.walk(Checkout.file(module).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(MappingSources::holdsOne)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holdsOne(Path file) {
        try {
            return Files.readString(file).contains("@ConfigMapping");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Scan extends TreePathScanner<Void, Void> {
        private final List<Mapping> found = new ArrayList<>();
        private final DocTrees docs;

        Scan(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void none) {
            String prefix = argument(type.getModifiers().getAnnotations(), "ConfigMapping");
            if (prefix != null) {
                List<Setting> settings = new ArrayList<>();
                type.getMembers().stream()
                        .filter(MethodTree.class::isInstance)
                        .map(MethodTree.class::cast)
                        .filter(method -> method.getBody() == null)
                        .forEach(method -> settings.add(setting(prefix, method)));
                found.add(new Mapping(prefix, words(getCurrentPath()), settings));
            }
            return super.visitClass(type, null);
        }

        private Setting setting(String prefix, MethodTree method) {
            return new Setting(
                    prefix + "." + kebab(method.getName().toString()),
                    method.getReturnType().toString(),
                    argument(method.getModifiers().getAnnotations(), "WithDefault"),
                    words(new TreePath(getCurrentPath(), method)) + bounds(method));
        }

        private static String bounds(MethodTree method) {
            String least = argument(method.getModifiers().getAnnotations(), "Min");
            String most = argument(method.getModifiers().getAnnotations(), "Max");
            return (least == null ? "" : " At least " + least + ".")
                    + (most == null ? "" : " At most " + most + ".");
        }

        /** The text of a Javadoc comment on one line, as Markdown. */
        private String words(TreePath path) {
            DocCommentTree comment = docs.getDocCommentTree(path);
            if (comment == null) {
                throw new IllegalStateException("no Javadoc at " + path.getLeaf());
            }
            return comment.getFullBody().stream()
                    .map(Scan::markdown)
                    .collect(Collectors.joining())
                    .replaceAll("\\s+", " ")
                    .strip();
        }

        private static String markdown(DocTree part) {
            return switch (part.getKind()) {
                case TEXT -> part.toString();
                case CODE ->
                        "`"
                                + ((com.sun.source.doctree.LiteralTree) part)
                                        .getBody()
                                        .getBody()
                                        .strip()
                                + "`";
                default -> throw new IllegalStateException("settings are told without " + part);
            };
        }
    }

    /** The only text argument of an annotation; null when it is not there. */
    private static @Nullable String argument(
            List<? extends AnnotationTree> annotations, String name) {
        return annotations.stream()
                .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
                .map(annotation -> text(annotation.getArguments().getFirst()))
                .findFirst()
                .orElse(null);
    }

    private static String text(ExpressionTree argument) {
        ExpressionTree value =
                argument instanceof AssignmentTree named ? named.getExpression() : argument;
        return String.valueOf(((LiteralTree) value).getValue());
    }

    /** How SmallRye Config names the property of a method. */
    private static String kebab(String method) {
        return method.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
