package io.varve.testkit;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Condition on classes: of Flink they use only what Flink promises to keep, that is types marked
 * {@code @Public}, {@code @PublicEvolving} or {@code @Experimental} themselves or by the type they
 * are nested in, and no member marked {@code @Internal}.
 *
 * <p>A type or member on the list of exceptions is let through; an exception that nothing uses is
 * told by {@link #unused}. Flink itself need not be on this module's class path: annotations are
 * known by name. Confined to one thread.
 */
public final class FlinkApiRule extends ArchCondition<JavaClass> {

  private static final String FLINK = "org.apache.flink.";
  private static final String ANNOTATIONS = "org.apache.flink.annotation.";
  private static final Set<String> PROMISES =
      Set.of(ANNOTATIONS + "Public", ANNOTATIONS + "PublicEvolving", ANNOTATIONS + "Experimental");

  private final Set<String> exceptions;
  private final Set<String> unused;

  /**
   * Makes the condition.
   *
   * @param exceptions full names of types, or of members as {@code type#member}
   */
  public FlinkApiRule(Set<String> exceptions) {
    super("use only Flink's public API and %s", new TreeSet<>(exceptions));
    this.exceptions = Set.copyOf(exceptions);
    this.unused = new TreeSet<>(exceptions);
  }

  @Override
  public void check(JavaClass user, ConditionEvents events) {
    for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
      JavaClass used = dependency.getTargetClass().getBaseComponentType();
      if (used.getName().startsWith(FLINK) && !isPromised(used) && !isException(used.getName())) {
        events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
      }
    }
    for (JavaAccess<?> access : user.getAccessesFromSelf()) {
      if (isInternalMember(access)) {
        events.add(SimpleConditionEvent.violated(user, access.getDescription()));
      }
    }
  }

  /** Returns the exceptions that no checked class needed, in order. */
  public Set<String> unused() {
    return new TreeSet<>(unused);
  }

  private boolean isInternalMember(JavaAccess<?> access) {
    if (!access.getTargetOwner().getName().startsWith(FLINK)) {
      return false;
    }
    Optional<? extends JavaMember> member = access.getTarget().resolveMember();
    return member.isPresent()
        && member.get().isAnnotatedWith(ANNOTATIONS + "Internal")
        && !isException(member.get().getOwner().getName() + "#" + member.get().getName());
  }

  private boolean isException(String name) {
    unused.remove(name);
    return exceptions.contains(name);
  }

  private static boolean isPromised(JavaClass type) {
    Optional<JavaClass> current = Optional.of(type);
    while (current.isPresent()) {
      JavaClass candidate = current.get();
      if (candidate.getName().startsWith(ANNOTATIONS)
          || PROMISES.stream().anyMatch(candidate::isAnnotatedWith)) {
        return true;
      }
      current = candidate.getEnclosingClass();
    }
    return false;
  }
}
