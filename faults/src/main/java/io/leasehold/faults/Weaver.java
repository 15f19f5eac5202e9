package io.leasehold.faults;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a call of {@link FaultPoint} at begin and end of the methods that are steps. Pure. */
final class Weaver {

    private static final ClassDesc POINT = ClassDesc.of("io.leasehold.faults.FaultPoint");

    private static final MethodTypeDesc REACHED =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_Object);

    private Weaver() {}

    /**
     * The class with its steps.
     *
     * @param loader sees the classes that it names
     */
    static byte[] weave(byte[] bytes, List<Step> steps, @Nullable ClassLoader loader) {
        ClassFile classes =
                ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy(loader)));
        return classes.transformClass(
                classes.parse(bytes),
                (builder, element) -> {
                    if (element instanceof MethodModel method && isStep(method, steps)) {
                        builder.transformMethod(
                                method, MethodTransform.transformingCode(calls(method, steps)));
                    } else {
                        builder.with(element);
                    }
                });
    }

    private static ClassHierarchyResolver hierarchy(@Nullable ClassLoader loader) {
        ClassHierarchyResolver known = ClassHierarchyResolver.defaultResolver();
        return loader == null
                ? known
                : ClassHierarchyResolver.ofResourceParsing(loader).orElse(known);
    }

    private static boolean isStep(MethodModel method, List<Step> steps) {
        return method.code().isPresent()
                && !method.flags().has(AccessFlag.STATIC)
                && steps.stream().anyMatch(step -> method.methodName().equalsString(step.method()));
    }

    private static CodeTransform calls(MethodModel method, List<Step> steps) {
        List<Step> here =
                steps.stream()
                        .filter(step -> method.methodName().equalsString(step.method()))
                        .toList();
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                call(code, method, here, Moment.BEFORE);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (element instanceof ReturnInstruction) {
                    call(code, method, here, Moment.AFTER);
                }
                code.with(element);
            }
        };
    }

    private static void call(
            CodeBuilder code, MethodModel method, List<Step> steps, Moment moment) {
        for (Step step : steps) {
            code.loadConstant(step.name());
            code.loadConstant(moment.name());
            MethodTypeDesc type = method.methodTypeSymbol();
            // The compiler gives a parameter's slot to nothing else, so it is there at the end too.
            if (type.parameterCount() > 0 && !type.parameterType(0).isPrimitive()) {
                code.aload(code.parameterSlot(0));
            } else {
                code.aconst_null();
            }
            code.invokestatic(POINT, "reached", REACHED);
        }
    }
}
