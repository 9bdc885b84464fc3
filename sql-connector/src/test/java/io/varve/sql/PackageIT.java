package io.varve.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar holds what it says, nothing leaks out of it, and it works by itself. */
class PackageIT {

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target").toAbsolutePath())) {
      return files
          .filter(file -> file.getFileName().toString().matches("varve-sql-connector-[^-]*.*jar"))
          .filter(file -> !file.getFileName().toString().startsWith("original-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<String> entries() throws IOException {
    try (JarFile jar = new JarFile(jar().toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .map(entry -> entry.getName())
          .toList();
    }
  }

  @Test
  void holdsOnlyOurClassesAndWhatNoticeLists() throws Exception {
    assertThat(entries())
        .allMatch(
            name ->
                name.startsWith("io/varve/")
                    || name.matches("META-INF/(FastDoubleParser|Schubfach)-.*LICENSE")
                    || name.startsWith("com/github/luben/zstd/")
                    || name.matches("(aix|linux|darwin|freebsd|win)/[^/]+/libzstd-jni-.*")
                    || name.startsWith("META-INF/services/")
                    || name.equals("META-INF/NOTICE")
                    || name.equals("META-INF/MANIFEST.MF"))
        .anyMatch(name -> name.startsWith("io/varve/shaded/com/fasterxml/jackson/core/"))
        .anyMatch(name -> name.startsWith("linux/amd64/"))
        .noneMatch(name -> name.startsWith("com/fasterxml/"))
        .noneMatch(name -> name.startsWith("org/apache/flink/"))
        .noneMatch(name -> name.contains("/testkit/"));
  }

  @Test
  void offersTheConnectorToFlink() throws Exception {
    try (URLClassLoader alone =
            new URLClassLoader(
                new URL[] {jar().toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        InputStream services =
            alone.getResourceAsStream(
                "META-INF/services/org.apache.flink.table.factories.Factory")) {
      String listed = new String(services.readAllBytes(), StandardCharsets.UTF_8);

      assertThat(listed.lines())
          .containsExactlyInAnyOrder(
              "io.varve.flink.table.VarveTableFactory", "io.varve.flink.table.VarveCatalogFactory")
          .allMatch(name -> alone.getResource(name.replace('.', '/') + ".class") != null);
      assertThat(alone.loadClass("io.varve.shaded.com.fasterxml.jackson.core.JsonFactory"))
          .isNotNull();
    }
  }
}
