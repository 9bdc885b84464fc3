package io.varve.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** What a command printed and how it ended. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
    CommandLine line = Varve.commandLine(words);
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err, true));
    int exitCode = line.execute(words);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
