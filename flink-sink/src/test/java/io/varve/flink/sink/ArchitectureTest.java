package io.varve.flink.sink;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.varve.testkit.FlinkApiRule;
import java.util.Set;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.junit.jupiter.api.Test;

/** A connector that leans on Flink's insides breaks with Flink's next release. */
class ArchitectureTest {

  private static final String API = "org.apache.flink.streaming.api.";

  /** Not promised by Flink, and why we need it all the same. */
  private static final Set<String> EXCEPTIONS =
      Set.of(
          // An operator, its factory and its elements: only an operator sees checkpoint ids.
          API + "operators.OneInputStreamOperatorFactory",
          "org.apache.flink.streaming.runtime.streamrecord.StreamRecord",
          API + "operators.StreamingRuntimeContext",
          // State of that operator, with a version in front, as Flink's own committer keeps it.
          API + "operators.util.SimpleVersionedListState",
          "org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer",
          // Who adopts a partition must be who receives its rows, so the function is Flink's.
          "org.apache.flink.runtime.state.KeyGroupRangeAssignment",
          // Jobs that cannot be exactly once are refused while the graph is built.
          API + "environment.StreamExecutionEnvironment#getConfiguration",
          API + "environment.StreamExecutionEnvironment#getTransformations",
          API + "transformations.SinkTransformation",
          API + "transformations.WithBoundedness",
          // The writer's uid and its exchange are found by walking the graph.
          "org.apache.flink.api.dag.Transformation",
          API + "transformations.PartitionTransformation",
          API + "datastream.DataStream#getTransformation");

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.varve.flink.sink");

  @Test
  void usesOnlyWhatFlinkPromises() {
    FlinkApiRule rule = new FlinkApiRule(EXCEPTIONS);

    classes().should(rule).check(MODULE);
    assertThat(rule.unused()).as("exceptions that nothing needs").isEmpty();
  }

  @Test
  void theRuleBites() {
    JavaClasses bad = new ClassFileImporter().importClasses(Offender.class);

    assertThat(classes().should(new FlinkApiRule(Set.of())).evaluate(bad).hasViolation()).isTrue();
  }

  @Test
  void doesNotSeeTheSource() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.varve.flink.source..")
        .check(MODULE);
  }

  @Test
  void usesNoInternalsOfAnotherModule() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.varve..internal..")
                .and(not(resideInAPackage("io.varve.flink.sink.."))))
        .check(MODULE);
  }

  /** Holds a type that Flink marks as its own; never run. */
  record Offender(StreamTask<?, ?> task) {}
}
