package io.varve;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order of packages and what each must not touch. Every kind of rule is also shown to fail on
 * code that breaks it, since a rule that looks at nothing passes too.
 */
class ArchitectureTest {

  /** Each package may use the ones before it. */
  private static final List<String> ORDER =
      List.of(
          "io.varve.io",
          "io.varve.schema",
          "io.varve.column",
          "io.varve.simd",
          "io.varve.encoding",
          "io.varve.segment",
          "io.varve.tail",
          "io.varve.query",
          "io.varve.table.protocol",
          "io.varve.table",
          "io.varve.engine");

  /** Beside each other: neither may use the other. */
  private static final List<String> TABLE = List.of("io.varve.table.protocol", "io.varve.table");

  /** What engine-core has on its class path, and annotations. */
  private static final String[] LIBRARIES = {
    "java..",
    "jdk.incubator.vector..",
    "org.jspecify.annotations..",
    "com.google.errorprone.annotations..",
    "com.fasterxml.jackson.core..",
    "com.github.luben.zstd..",
  };

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.varve");

  static List<String> packages() {
    return ORDER;
  }

  static List<String> packagesWithoutFiles() {
    return ORDER.subList(1, ORDER.size());
  }

  static List<String> packagesWithoutClock() {
    return ORDER.subList(0, ORDER.indexOf("io.varve.table"));
  }

  @Test
  void knowsEveryPackage() {
    Set<String> found =
        ENGINE.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));

    assertThat(found).containsExactlyInAnyOrderElementsOf(ORDER);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyEarlierPackages(String name) {
    List<String> earlier = new ArrayList<>(ORDER.subList(0, ORDER.indexOf(name)));
    if (name.equals("io.varve.engine")) {
      earlier.removeAll(TABLE);
    }

    mayUse(name, earlier).check(ENGINE);
  }

  @Test
  void theProtocolUsesErrorsOnly() {
    DescribedPredicate<JavaClass> allowed =
        resideInAnyPackage("io.varve.table.protocol", "java.lang..", "java.util..", "java.time..")
            .or(resideInAPackage("org.jspecify.annotations"))
            .or(resideInAPackage("com.google.errorprone.annotations.."))
            .or(assignableTo(Throwable.class))
            .as("itself, plain values and errors");

    classes()
        .that()
        .resideInAPackage("io.varve.table.protocol")
        .should()
        .onlyDependOnClassesThat(arraysOf(allowed))
        .check(ENGINE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.varve.(**)").should().beFreeOfCycles().check(ENGINE);
  }

  @Test
  void onlyDeclaredLibrariesAreUsed() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            arraysOf(resideInAnyPackage(LIBRARIES).or(resideInAPackage("io.varve.."))))
        .check(ENGINE);
  }

  @ParameterizedTest
  @CsvSource({
    "jdk.incubator.vector.., io.varve.simd",
    "com.github.luben.zstd.., io.varve.encoding",
    "com.fasterxml.jackson.., io.varve.table",
  })
  void aLibraryIsKnownToOnePackage(String library, String user) {
    noClasses()
        .that()
        .resideOutsideOfPackage(user)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(ENGINE);
    assertThat(ENGINE.stream().filter(resideInAPackage(user)))
        .as("users of %s in %s", library, user)
        .anyMatch(
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(used -> resideInAPackage(library).test(used.getTargetClass())));
  }

  @ParameterizedTest
  @MethodSource("packagesWithoutFiles")
  void onlyIoTouchesFiles(String name) {
    noFiles(name).check(ENGINE);
  }

  @ParameterizedTest
  @MethodSource("packagesWithoutClock")
  void readsNoClockAndStartsNoThread(String name) {
    noClocks(name).check(ENGINE);
    noThreads(name).check(ENGINE);
  }

  @Test
  void theRuleOfOrderBites() {
    assertFails(mayUse("io.varve.column", List.of()), ENGINE);
  }

  @Test
  void theOtherRulesBite() {
    JavaClasses bad = new ClassFileImporter().importClasses(Offender.class);

    assertFails(noFiles("io.varve"), bad);
    assertFails(noClocks("io.varve"), bad);
    assertFails(noThreads("io.varve"), bad);
    assertFails(noThreads("io.varve"), new ClassFileImporter().importClasses(Pool.class));
    assertFails(noFiles("io.varve.io"), ENGINE);
  }

  private static void assertFails(ArchRule rule, JavaClasses classes) {
    assertThat(rule.evaluate(classes).hasViolation()).as(rule.getDescription()).isTrue();
  }

  private static ArchRule mayUse(String name, List<String> earlier) {
    DescribedPredicate<JavaClass> engine = resideInAPackage("io.varve..");
    String[] allowed = earlier.toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(name)
        .should()
        .onlyDependOnClassesThat(
            arraysOf(
                DescribedPredicate.not(engine)
                    .or(resideInAPackage(name))
                    .or(resideInAnyPackage(allowed))
                    .as("itself and %s", earlier)));
  }

  private static ArchRule noFiles(String name) {
    return noClasses()
        .that()
        .resideInAPackage(name)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
                .and(DescribedPredicate.not(assignableTo(Throwable.class)))
                .and(DescribedPredicate.not(type(Path.class))) // the name of a file is no file
                .or(
                    DescribedPredicate.describe(
                        "a file class of java.io",
                        type ->
                            type.getPackageName().equals("java.io")
                                && (type.getSimpleName().startsWith("File")
                                    || type.getSimpleName().equals("RandomAccessFile")))));
  }

  private static ArchRule noClocks(String name) {
    return noClasses()
        .that()
        .resideInAPackage(name)
        .should()
        .accessTargetWhere(
            DescribedPredicate.<JavaAccess<?>>describe(
                "reads a clock", ArchitectureTest::readsClock));
  }

  private static boolean readsClock(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String method = access.getTarget().getName();
    return switch (method) {
      case "currentTimeMillis", "nanoTime" -> owner.equals("java.lang.System");
      case "now" -> owner.startsWith("java.time.");
      case "systemUTC", "systemDefaultZone", "system" -> owner.equals("java.time.Clock");
      case "<init>" -> owner.equals("java.util.Date");
      default -> false;
    };
  }

  private static ArchRule noThreads(String name) {
    return noClasses()
        .that()
        .resideInAPackage(name)
        .should()
        .accessTargetWhere(
            DescribedPredicate.<JavaAccess<?>>describe(
                "starts, stops or waits for a thread", ArchitectureTest::usesThread))
        .orShould()
        .dependOnClassesThat(
            assignableTo(Executor.class)
                .or(assignableTo(Executors.class))
                .or(assignableTo(CompletableFuture.class))
                .or(assignableTo(Timer.class)));
  }

  /** The interrupt flag is part of file I/O: an interrupt closes a channel under its reader. */
  private static boolean usesThread(JavaAccess<?> access) {
    return access.getTargetOwner().isAssignableTo(Thread.class)
        && !Set.of("currentThread", "interrupt", "interrupted", "isInterrupted")
            .contains(access.getTarget().getName());
  }

  /** An array is judged by its elements. */
  private static DescribedPredicate<JavaClass> arraysOf(DescribedPredicate<JavaClass> elements) {
    return DescribedPredicate.describe(
        elements.getDescription(),
        type -> {
          JavaClass element = type.getBaseComponentType();
          return element.isPrimitive() || elements.test(element);
        });
  }

  /** Does all that the engine's lower packages must not do; never run. */
  static final class Offender {

    Instant now() {
      return Instant.now();
    }

    boolean exists(Path path) {
      return Files.exists(path);
    }

    void start(Runnable task) {
      new Thread(task).start();
    }
  }

  /** Has a thread by way of an executor; never run. */
  record Pool(Executor executor) {}
}
