# What bin/varve and bin/varve-bench share: finding Java, building on first use and after a change, starting the JVM.
# The caller sets
#   name          what messages and logs call it
#   home          the directory of the checkout
#   module        the module whose class path it runs with
#   profile       a Maven profile to build with, may be empty
#   java_options  more options for the JVM, may be empty
# shellcheck shell=bash disable=SC2154

class_path_file=$home/$module/target/classpath.txt
class_path=

fail() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit "${2:-1}"
}

# Sets java, java_version (17, 21, …) and java_build, which no two builds of Java share.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java. Point it at a JDK, 17 or newer."
  else
    java=$(command -v java) || fail 'no java on the PATH. Install a JDK, 17 or newer, or set JAVA_HOME.'
  fi
  # Asking Java costs as much as a small command, so the answer is kept, for as long as the program that links lead to
  # is the same file.
  local said line file known=$home/$module/target/java${java//\//_}
  file=$(ls -liL "$java")
  if [ -f "$known" ]; then
    {
      read -r line
      read -r java_version
      read -r java_build
    } <"$known" || true
    [ "$line" != "$file" ] || [ -z "$java_build" ] || return 0
  fi
  said=$("$java" -version 2>&1) || true
  line=$(grep -m 1 'version "' <<<"$said") || fail "$java -version names no version."
  line=${line#*\"}
  java_version=${line%%[!0-9]*}
  [ "$java_version" -ge 17 ] || fail "$java is Java ${line%%\"*}, Varve needs 17 or newer. Set JAVA_HOME to one."
  java_build=${line%%\"*}-$(cksum <<<"$said" | tr ' ' -)
  [ ! -w "${known%/*}" ] || publish "$known" printf '%s\n' "$file" "$java_version" "$java_build" || true
}

# Makes a file of what a command prints, whole or not at all, whoever else does so at the time.
publish() {
  local file=$1
  shift
  "$@" >"$file.$$" && mv -f "$file.$$" "$file"
}

# True if the last build is complete and no source, build file or resource is newer.
is_built() {
  local main=$home/$module/target/classes entry
  [ -d "$main" ] && [ -f "$class_path_file" ] || return 1
  local newer
  newer=$(find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main \
    "$home/$module/pom.xml" "$home/$module/src/main" -newer "$class_path_file" -print 2>/dev/null |
    head -n 1)
  [ -z "$newer" ] || return 1
  class_path=$main:$(cat "$class_path_file")
  while IFS= read -r -d : entry; do
    [ -e "$entry" ] || return 1
  done <<<"$class_path:"
}

# Compiles and packages the module and what it needs. No tests and no checks but the compiler's: those would not be
# made up for by a later `mvn verify`, which compiles only what changed.
build() {
  mkdir -p "$home/target"
  if command -v flock >/dev/null; then
    exec 9>"$home/target/build.lock"
    flock 9
    if is_built; then # by somebody else, meanwhile
      exec 9>&-
      return
    fi
  fi
  command -v mvn >/dev/null || fail 'no mvn on the PATH. Install Maven 3.8.7 or newer, or build elsewhere.'
  local log started
  log=$home/target/$name-build.log
  started=$home/target/$name-build.started
  touch "$started"
  printf '%s: building (the first time Maven fetches libraries; log: %s)\n' "$name" "$log" >&2
  (cd "$home" && exec mvn ${profile:+-P"$profile"} -pl "$module" -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Dcheckstyle.skip=true -Dforbiddenapis.skip=true -Denforcer.skip=true -Djacoco.skip=true) </dev/null >"$log" 2>&1 9>&- &
  local maven=$!
  trap 'kill "$maven" 2>/dev/null; exit 130' INT TERM
  local shown=0 modules
  while kill -0 "$maven" 2>/dev/null; do
    sleep 1
    modules=$(sed -n 's/^\[INFO\] Building Varve: \([^ ]*\) .*\[\(.*\)\]$/\2 \1/p' "$log")
    printf '%s\n' "$modules" | tail -n "+$((shown + 1))" | sed '/^$/d; s/^/  /' >&2
    shown=$(printf '%s\n' "$modules" | grep -c .) || true
  done
  trap - INT TERM
  if ! wait "$maven"; then
    sed -n '/^\[ERROR\]/p; /-> \[Help/q' "$log" | head -n 20 >&2
    fail "the build failed; the whole log is $log"
  fi
  touch -r "$started" "$class_path_file"
  exec 9>&-
  is_built || fail "the build left no complete class path; the log is $log"
}

# Replaces this process with the JVM, so that a signal reaches it.
run() {
  local main=$1
  shift
  local options=(
    --add-modules jdk.incubator.vector
    -Djava.awt.headless=true
    -Dfile.encoding=UTF-8
  )
  local package
  for package in lang lang.reflect io net nio text time util util.concurrent util.concurrent.atomic \
    util.concurrent.locks; do
    options+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
  done
  if [ "$java_version" -ge 24 ]; then
    options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  fi
  # The JVM cannot be told not to announce the vector module.
  # shellcheck disable=SC2086
  exec "$java" "${options[@]}" $java_options -cp "$class_path" "$main" "$@" \
    2> >(exec grep --line-buffered -v '^WARNING: Using incubator modules' >&2)
}

# Builds if need be, then runs a main class that has to start quickly: without the vector module, and with an archive of
# the classes that the rehearsal loads. An archive that is missing, stale or another Java's is passed over without a word.
#   hurry      yes: the work is so short that compiling it well would take longer
#   rehearsal  the main class that does a little of everything
launch_lightly() {
  local main=$1 jar
  shift
  find_java
  is_built || build
  for jar in "$home/$module"/target/varve-"$module"-*.jar; do
    [ -f "$jar" ] || continue
    class_path=$jar:$(<"$class_path_file") # an archive takes no directories
    break
  done
  local options=(-XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=error,cds=off:stderr -Dfile.encoding=UTF-8
    -Djdk.console=java.base)
  [[ $java_options == *-XX:+Use*GC* ]] || options+=(-XX:+UseSerialGC)
  local archive=$home/$module/target/$name-$java_build.jsa
  [ "$archive" -nt "$class_path_file" ] || archive_classes "$archive"
  [ ! -s "$archive" ] || options+=(-XX:SharedArchiveFile="$archive")
  [ "$hurry" != yes ] || options+=(-XX:TieredStopAtLevel=1)
  # shellcheck disable=SC2086
  exec "$java" "${options[@]}" $java_options -cp "$class_path" "$main" "$@"
}

# Makes an archive of classes, once for a build and a Java; an empty file where that fails, so that it is not tried again.
archive_classes() {
  local archive=$1 list=$1.$$.classes made=$1.$$
  [ -w "${archive%/*}" ] || return 0
  {
    "$java" "${options[@]}" -XX:DumpLoadedClassList="$list" -cp "$class_path" "$rehearsal" &&
      "$java" "${options[@]}" -Xshare:dump -XX:SharedClassListFile="$list" -XX:SharedArchiveFile="$made" -cp "$class_path"
  } </dev/null >/dev/null 2>&1 || rm -f "$made"
  [ -f "$made" ] || : >"$made"
  rm -f "$list"
  mv -f "$made" "$archive"
}

# Builds if need be, then runs a main class with arguments in place of this process.
launch() {
  find_java
  is_built || build
  run "$@"
}
