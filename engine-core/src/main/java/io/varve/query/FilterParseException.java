package io.varve.query;

/** Text that is no filter; the message shows the text with a mark under the place. */
public final class FilterParseException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int position;

  FilterParseException(String problem, String text, int position) {
    super(problem + "\n  " + oneLine(text) + "\n  " + " ".repeat(columns(text, position)) + "^");
    this.position = position;
  }

  /** Returns the index in the text at which the problem is. */
  public int position() {
    return position;
  }

  /** A line break or tab would move the mark away from its place. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars().forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
    return line.toString();
  }

  private static int columns(String text, int position) {
    return text.codePointCount(0, Math.min(position, text.length()));
  }
}
