package io.varve.examples;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command returned and printed. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object command, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = String.valueOf(arguments[i]);
    }
    CommandLine line = Cli.commandLine(command);
    int exitCode = line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    line.getOut().flush();
    line.getErr().flush();
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
