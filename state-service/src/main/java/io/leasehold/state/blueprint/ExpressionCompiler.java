package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.leasehold.state.problem.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles what a blueprint writes as inputs. Literal text passes through; <code>${…}</code> is an
 * expression, and <code>$${</code> stands for the two characters themselves.
 */
final class ExpressionCompiler {
    private static final String STACKS = "stacks";
    // "var" is a word CEL keeps for itself; ours to give out. Stack names may have hyphens.
    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .enableReservedIds(false)
                    .enableQuotedIdentifierSyntax(true)
                    .comprehensionMaxIterations(100_000)
                    .maxExpressionCodePointSize(8192)
                    .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .addLibraries(CelExtensions.strings(), CelExtensions.math(OPTIONS))
                    .build();

    private final CelCompiler compiler;

    ExpressionCompiler(ExpressionTypes types) {
        compiler =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(OPTIONS)
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .addLibraries(CelExtensions.strings(), CelExtensions.math(OPTIONS))
                        .setTypeProvider(types)
                        .addVar("tenant", types.tenant())
                        .addVar("var", types.variables())
                        .addVar(STACKS, types.stacks())
                        .build();
    }

    /**
     * Compiles one value of the document.
     *
     * @param where said in refusals
     */
    InputTemplate compile(JsonNode value, String where) {
        if (value.isTextual()) {
            return text(value, where);
        }
        if (value.isArray()) {
            List<InputTemplate> items = new ArrayList<>();
            value.forEach(item -> items.add(compile(item, where + "[]")));
            return new InputTemplate.Items(items);
        }
        if (value.isObject()) {
            return fields(value, where);
        }
        return new InputTemplate.Fixed(value);
    }

    InputTemplate.Fields fields(JsonNode value, String where) {
        Map<String, InputTemplate> fields = new LinkedHashMap<>();
        value.properties()
                .forEach(field ->
                        fields.put(
                                field.getKey(),
                                compile(field.getValue(), where + "." + field.getKey())));
        return new InputTemplate.Fields(fields);
    }

    /** All outputs of other stacks that a template reads. */
    static Set<OutputUse> uses(InputTemplate template) {
        return switch (template) {
            case InputTemplate.Fixed _ -> Set.of();
            case InputTemplate.Whole whole -> whole.expression().uses();
            case InputTemplate.Text text -> {
                Set<OutputUse> uses = new HashSet<>();
                for (Object part : text.parts()) {
                    if (part instanceof Expression expression) {
                        uses.addAll(expression.uses());
                    }
                }
                yield uses;
            }
            case InputTemplate.Items items -> usesOfAll(items.items());
            case InputTemplate.Fields fields -> usesOfAll(List.copyOf(fields.fields().values()));
        };
    }

    private static Set<OutputUse> usesOfAll(List<InputTemplate> templates) {
        Set<OutputUse> uses = new HashSet<>();
        templates.forEach(template -> uses.addAll(uses(template)));
        return uses;
    }

    private InputTemplate text(JsonNode value, String where) {
        List<Object> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        String text = value.textValue();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                literal.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                int end = closing(text, at + 2, where);
                if (!literal.isEmpty()) {
                    parts.add(literal.toString());
                    literal.setLength(0);
                }
                parts.add(expression(text.substring(at + 2, end).strip(), where));
                at = end + 1;
            } else {
                literal.append(text.charAt(at));
                at++;
            }
        }
        if (!literal.isEmpty()) {
            parts.add(literal.toString());
        }
        if (parts.size() == 1 && parts.getFirst() instanceof Expression whole) {
            return new InputTemplate.Whole(whole);
        }
        boolean computed = parts.stream().anyMatch(Expression.class::isInstance);
        return computed
                ? new InputTemplate.Text(parts)
                : new InputTemplate.Fixed(
                        TextNode.valueOf(
                                String.join("", parts.stream().map(String::valueOf).toList())));
    }

    /** The brace that closes an expression; braces in strings and maps are part of it. */
    private static int closing(String text, int from, String where) {
        int depth = 0;
        char quote = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && depth-- == 0) {
                return i;
            }
        }
        throw invalid(where, "an expression is not closed with }");
    }

    private Expression expression(String source, String where) {
        try {
            CelAbstractSyntaxTree ast = compiler.compile(source).getAst();
            return new Expression(
                    source, path(ast.getExpr()), uses(ast, where), RUNTIME.createProgram(ast));
        } catch (CelValidationException | CelEvaluationException e) {
            throw invalid(where, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> path(CelExpr expr) {
        Deque<String> path = new ArrayDeque<>();
        CelExpr at = expr;
        while (at.getKind() == CelExpr.ExprKind.Kind.SELECT && !at.select().testOnly()) {
            path.addFirst(at.select().field());
            at = at.select().operand();
        }
        if (at.getKind() != CelExpr.ExprKind.Kind.IDENT) {
            return List.of();
        }
        path.addFirst(at.ident().name());
        return List.copyOf(path);
    }

    private static Set<OutputUse> uses(CelAbstractSyntaxTree ast, String where) {
        Set<OutputUse> uses = new HashSet<>();
        CelNavigableAst.fromAst(ast)
                .getRoot()
                .allNodes()
                .filter(node ->
                        node.getKind() == CelExpr.ExprKind.Kind.IDENT
                                && node.expr().ident().name().equals(STACKS))
                .forEach(node -> uses.add(use(node, where)));
        return uses;
    }

    private static OutputUse use(CelNavigableExpr stacks, String where) {
        Optional<CelNavigableExpr> stack = selectedFrom(stacks);
        if (stack.isEmpty()) {
            throw invalid(where, "name one stack: stacks.<name>.outputs.<output>");
        }
        Optional<CelNavigableExpr> output =
                stack.flatMap(ExpressionCompiler::selectedFrom)
                        .flatMap(ExpressionCompiler::selectedFrom);
        return new OutputUse(
                stack.get().expr().select().field(),
                output.map(node -> node.expr().select().field()).orElse(null));
    }

    private static Optional<CelNavigableExpr> selectedFrom(CelNavigableExpr node) {
        return node.parent().filter(parent -> parent.getKind() == CelExpr.ExprKind.Kind.SELECT);
    }

    private static Refusal invalid(String where, String what) {
        return new Refusal(422, "BLUEPRINT_INVALID", where + ": " + what);
    }
}
