package io.varve.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts the text of a filter, or of a list of measures, into tokens. Confined to one thread. */
final class FilterLexer {

  private static final String TWO_CHARACTERS = "<= >= <> !=";
  private static final String ONE_CHARACTER = "()=<>,*";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private FilterLexer(String text) {
    this.text = text;
  }

  /** What a token is. */
  enum Kind {
    WORD,
    QUOTED_NAME,
    TEXT,
    NUMBER,
    BYTES,
    SYMBOL,
    END
  }

  /**
   * A piece of the text.
   *
   * @param value what it says: quotes taken off and doubled ones halved
   * @param start where it begins in the text
   */
  record Token(Kind kind, String value, int start) {

    boolean isSymbol(String symbol) {
      return kind == Kind.SYMBOL && value.equals(symbol);
    }

    /** Returns whether it is a keyword, in whatever case. */
    boolean isWord(String word) {
      return kind == Kind.WORD && value.toUpperCase(Locale.ROOT).equals(word);
    }

    /** Returns what to call it in a message. */
    String described() {
      return switch (kind) {
        case END -> "the end";
        case TEXT -> "a text";
        case BYTES -> "bytes";
        case WORD, QUOTED_NAME, NUMBER, SYMBOL -> "'" + value + "'";
      };
    }
  }

  /** Returns the tokens of a text, the last of kind END. */
  static List<Token> tokens(String text) {
    FilterLexer lexer = new FilterLexer(text);
    while (lexer.next()) {}
    lexer.tokens.add(new Token(Kind.END, "", text.length()));
    return lexer.tokens;
  }

  private boolean next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return false;
    }
    int start = at;
    char first = text.charAt(at);
    if (first == '\'' || first == '"') {
      String value = quoted(first);
      tokens.add(new Token(first == '"' ? Kind.QUOTED_NAME : Kind.TEXT, value, start));
    } else if ((first == 'x' || first == 'X') && at + 1 < text.length() && isQuote(at + 1)) {
      at++;
      tokens.add(new Token(Kind.BYTES, quoted('\''), start));
    } else if (isDigit(first) || beginsNumber()) {
      number();
      tokens.add(new Token(Kind.NUMBER, text.substring(start, at), start));
    } else if (Character.isLetter(first) || first == '_') {
      while (at < text.length() && isWordPart(text.charAt(at))) {
        at++;
      }
      tokens.add(new Token(Kind.WORD, text.substring(start, at), start));
    } else {
      symbol();
    }
    return true;
  }

  private boolean isQuote(int index) {
    return text.charAt(index) == '\'';
  }

  /** A sign, a point, or both, with a digit behind. */
  private boolean beginsNumber() {
    int digit = at;
    if (text.charAt(digit) == '-' || text.charAt(digit) == '+') {
      digit++;
    }
    if (digit < text.length() && text.charAt(digit) == '.') {
      digit++;
    }
    return digit > at && digit < text.length() && isDigit(text.charAt(digit));
  }

  private void number() {
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean exponentSign = (c == '-' || c == '+') && isExponent(text.charAt(at - 1));
      if (!isDigit(c) && c != '.' && !isExponent(c) && !exponentSign) {
        break;
      }
      at++;
    }
    if (at < text.length() && isWordPart(text.charAt(at))) {
      throw new FilterParseException("a number ends here, a word begins", text, at);
    }
  }

  private String quoted(char quote) {
    int start = at;
    StringBuilder value = new StringBuilder();
    while (true) {
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw new FilterParseException("the closing " + quote + " is missing", text, start);
      }
      value.append(text, at + 1, end);
      at = end + 1;
      if (at == text.length() || text.charAt(at) != quote) {
        return value.toString();
      }
      value.append(quote);
    }
  }

  private void symbol() {
    int start = at;
    String two = text.substring(at, Math.min(text.length(), at + 2));
    if (two.length() == 2 && TWO_CHARACTERS.contains(two) && !two.contains(" ")) {
      at += 2;
      tokens.add(new Token(Kind.SYMBOL, two, start));
    } else if (ONE_CHARACTER.indexOf(text.charAt(at)) >= 0) {
      at++;
      tokens.add(new Token(Kind.SYMBOL, text.substring(start, at), start));
    } else {
      throw new FilterParseException("'" + text.charAt(at) + "' has no meaning here", text, at);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isExponent(char c) {
    return c == 'e' || c == 'E';
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
