package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages at the root say what is so: snippets are compiled, types and linked files exist. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path QUICKSTART =
      Path.of("src/test/java/io/varve/examples/QuickstartIT.java");
  private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)`");
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))\\.(\\w+)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final int MOST_LINES_OF_ARCHITECTURE = 150;

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  /** Returns the marked parts of the quickstart by name, moved to the left margin. */
  private static Map<String, String> snippets() throws IOException {
    Map<String, String> snippets = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    String name = "end";
    for (String line : Files.readAllLines(QUICKSTART)) {
      if (line.strip().startsWith("// README: ")) {
        if (!name.equals("end")) {
          snippets.put(name, String.join("\n", lines).stripIndent().strip());
        }
        name = line.strip().substring("// README: ".length());
        lines.clear();
      } else {
        lines.add(line);
      }
    }
    return snippets;
  }

  @Test
  void theReadmeShowsTheQuickstartThatIsTested() throws IOException {
    Map<String, String> snippets = snippets();
    assertThat(snippets).containsOnlyKeys("event", "write", "rollup", "read");
    String readme = read("README.md");
    snippets.forEach((name, code) -> assertThat(readme).as(name).contains(code));
  }

  @Test
  void theTypesThatTheArchitectureNamesExist() throws IOException {
    String page = read("ARCHITECTURE.md");
    assertThat(page.lines().count()).isLessThanOrEqualTo(MOST_LINES_OF_ARCHITECTURE);
    Set<String> named = new LinkedHashSet<>();
    Matcher matcher = TYPE.matcher(page);
    while (matcher.find()) {
      named.add(matcher.group(1));
    }
    assertThat(named).as("types named").hasSizeGreaterThan(20);
    named.removeAll(types());
    assertThat(named).as("types that are named and do not exist").isEmpty();
  }

  private static Set<String> types() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().contains("/src/"))
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(".java"))
          .map(file -> file.substring(0, file.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void linkedFilesExist() throws IOException {
    List<String> pages =
        List.of(
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "docs/testing.md",
            "docs/exactly-once.md");
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (String page : pages) {
      Path directory = ROOT.resolve(page).resolveSibling("");
      Matcher matcher = LINK.matcher(read(page));
      while (matcher.find()) {
        links++;
        if (!Files.exists(directory.resolve(matcher.group(1)))) {
          broken.add(page + ": " + matcher.group(1));
        }
      }
    }
    assertThat(links).isGreaterThan(10);
    assertThat(broken).isEmpty();
  }

  /** A promise whose test has been renamed or removed is nobody's any more. */
  @Test
  void theTestsThatThePageOnExactlyOnceNamesExist() throws IOException {
    Matcher matcher = TEST.matcher(read("docs/exactly-once.md"));
    List<String> missing = new ArrayList<>();
    int named = 0;
    while (matcher.find()) {
      named++;
      Optional<Path> file = testClass(matcher.group(1));
      if (file.isEmpty()
          || !Files.readString(file.get()).contains(" void " + matcher.group(2) + "(")) {
        missing.add(matcher.group());
      }
    }
    assertThat(named).isGreaterThan(30);
    assertThat(missing).isEmpty();
  }

  private static Optional<Path> testClass(String name) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.endsWith(name + ".java") && file.toString().contains("/src/test/"))
          .findAny();
    }
  }
}
