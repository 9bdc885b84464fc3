package io.varve.benchmarks;

import io.varve.simd.KernelChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a measurement ran on. */
public final class Machine {

  private Machine() {}

  /** Returns names and values in order, for people and for the file of results. */
  static Map<String, String> describe() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", lineOf("/proc/cpuinfo", "model name"));
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", lineOf("/proc/meminfo", "MemTotal"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("heap", (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
    facts.put("commit", commit());
    facts.put("kernels", KernelChoice.current().reason());
    facts.put(
        "load at start",
        String.valueOf(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    return facts;
  }

  /** Returns the commit of the code, as bin/varve-bench knows it. */
  public static String commit() {
    return System.getProperty("varve.commit", "unknown");
  }

  private static String lineOf(String file, String key) {
    try {
      for (String line : Files.readAllLines(Path.of(file))) {
        if (line.startsWith(key)) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException elsewhere) {
      // not on this system
    }
    return "unknown";
  }
}
