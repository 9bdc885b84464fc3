package io.varve.query;

import io.varve.query.FilterLexer.Kind;
import io.varve.query.FilterLexer.Token;
import io.varve.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters from text: the conditions of SQL's WHERE as far as {@link Filter} has them. {@link
 * FilterFormatter} writes them.
 *
 * <pre>
 * filter    = and { OR and }
 * and       = not { AND not }
 * not       = { NOT } primary
 * primary   = "(" filter ")" | TRUE | FALSE | predicate
 * predicate = column                                             a boolean column
 *           | column compare literal | literal compare column
 *           | column [NOT] IN "(" [ literal { "," literal } ] ")"
 *           | column [NOT] BETWEEN literal AND literal
 *           | column [NOT] LIKE 'prefix%' [ESCAPE 'c']
 *           | STARTS_WITH "(" column "," literal ")"
 *           | column IS [NOT] NULL
 * compare   = "=" | "&lt;>" | "!=" | "&lt;" | "&lt;=" | ">" | ">="
 * literal   = 'text' | number | TRUE | FALSE | X'hex' | type 'text'
 * type      = DATE | TIME | TIMESTAMP | TIMESTAMP_LTZ | DECIMAL | DOUBLE
 * column    = name | "any name"
 * </pre>
 *
 * <p>Keywords are in any case, names are not. A quote within quotes is doubled. Given a schema,
 * names are checked, and a text that is compared with a date, time or timestamp is read as one.
 * Confined to one thread.
 */
public final class FilterParser {

  private static final Set<String> KEYWORDS =
      Set.of("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ESCAPE", "IS", "NULL", "TRUE", "FALSE");

  private final String text;
  private final List<Token> tokens;
  private final LiteralReader literals;
  private int at;
  private int depth;

  private FilterParser(String text, @Nullable Schema schema) {
    this.text = text;
    this.tokens = FilterLexer.tokens(text);
    this.literals = new LiteralReader(text, schema);
  }

  /**
   * Reads a filter, without knowing the columns.
   *
   * @throws FilterParseException if the text is none
   */
  public static Filter parse(String text) {
    return new FilterParser(text, null).parse();
  }

  /**
   * Reads a filter on rows of a schema.
   *
   * @throws FilterParseException if the text is none, or if it doesn't fit the columns
   */
  public static Filter parse(String text, Schema schema) {
    return new FilterParser(text, schema).parse();
  }

  private Filter parse() {
    Filter filter = or();
    Token end = peek();
    if (end.kind() != Kind.END) {
      throw error("expected AND, OR or the end, found " + end.described(), end);
    }
    return filter;
  }

  private Filter or() {
    enter();
    List<Filter> parts = new ArrayList<>(List.of(and()));
    while (takeWord("OR")) {
      parts.add(and());
    }
    depth--;
    return parts.size() == 1 ? parts.get(0) : Filter.or(parts);
  }

  private Filter and() {
    List<Filter> parts = new ArrayList<>(List.of(not()));
    while (takeWord("AND")) {
      parts.add(not());
    }
    return parts.size() == 1 ? parts.get(0) : Filter.and(parts);
  }

  private Filter not() {
    if (takeWord("NOT")) {
      enter();
      Filter negated = Filter.not(not());
      depth--;
      return negated;
    }
    return primary();
  }

  /** Deeply nested text would end the stack, and could not be bound. */
  private void enter() {
    if (++depth > FilterBinder.MAX_DEPTH / 2) {
      throw error("nested more than " + FilterBinder.MAX_DEPTH / 2 + " deep", peek());
    }
  }

  private Filter primary() {
    Token first = peek();
    if (takeSymbol("(")) {
      Filter inner = or();
      expectSymbol(")");
      return inner;
    }
    if (takesLiteral(first)) {
      if (isTruth(first) && !isComparison(tokens.get(at + 1))) {
        at++;
        return first.isWord("TRUE") ? Filter.all() : Filter.not(Filter.all());
      }
      return literalFirst();
    }
    if (first.isWord("STARTS_WITH") && tokens.get(at + 1).isSymbol("(")) {
      return startsWith();
    }
    return predicate(column());
  }

  private static boolean isTruth(Token token) {
    return token.isWord("TRUE") || token.isWord("FALSE");
  }

  private boolean takesLiteral(Token token) {
    return switch (token.kind()) {
      case TEXT, NUMBER, BYTES -> true;
      case WORD -> isTruth(token) || isTyped(token);
      case QUOTED_NAME, SYMBOL, END -> false;
    };
  }

  private boolean isTyped(Token token) {
    return LiteralReader.isType(token) && tokens.get(at + 1).kind() == Kind.TEXT;
  }

  private Filter literalFirst() {
    int literalAt = at;
    skipLiteral();
    Token operator = peek();
    Filter.Operator flipped = flipped(operator);
    if (flipped == null) {
      throw error("expected =, <>, <, <=, > or >= before a column", operator);
    }
    at++;
    Token column = column();
    int end = at;
    at = literalAt;
    Literal literal = literal(column);
    at = end;
    return new Filter.Comparison(column.value(), flipped, literal);
  }

  private void skipLiteral() {
    at += isTyped(peek()) ? 2 : 1;
  }

  private Filter startsWith() {
    at += 2;
    Token column = column();
    expectSymbol(",");
    Filter filter = new Filter.StartsWith(column.value(), literal(column));
    expectSymbol(")");
    return filter;
  }

  private Filter predicate(Token column) {
    String name = column.value();
    Token next = peek();
    Filter.Operator operator = operator(next);
    if (operator != null) {
      at++;
      return new Filter.Comparison(name, operator, literal(column));
    }
    if (takeWord("IS")) {
      boolean negated = takeWord("NOT");
      expectWord("NULL");
      return negated ? Filter.isNotNull(name) : Filter.isNull(name);
    }
    boolean negated = takeWord("NOT");
    Filter filter;
    if (takeWord("IN")) {
      filter = in(column);
    } else if (takeWord("BETWEEN")) {
      Literal first = literal(column);
      expectWord("AND");
      filter = Filter.between(name, first, literal(column));
    } else if (takeWord("LIKE")) {
      filter = like(column);
    } else if (negated) {
      throw error("expected IN, BETWEEN or LIKE, found " + peek().described(), peek());
    } else {
      literals.requireBoolean(column, next);
      filter = Filter.eq(name, true);
    }
    return negated ? Filter.not(filter) : filter;
  }

  private Filter in(Token column) {
    expectSymbol("(");
    List<Literal> values = new ArrayList<>();
    if (!takeSymbol(")")) {
      do {
        values.add(literal(column));
      } while (takeSymbol(","));
      expectSymbol(")");
    }
    return new Filter.In(column.value(), values);
  }

  private Filter like(Token column) {
    literals.requireText(column, peek());
    Token pattern = peek();
    if (pattern.kind() != Kind.TEXT) {
      throw error("expected a pattern in quotes, found " + pattern.described(), pattern);
    }
    at++;
    char escape = takeWord("ESCAPE") ? escape() : 0;
    String like = pattern.value();
    StringBuilder prefix = new StringBuilder();
    for (int i = 0; i < like.length(); i++) {
      char c = like.charAt(i);
      if (c == escape && escape != 0 && i + 1 < like.length()) {
        prefix.append(like.charAt(++i));
      } else if (c == '%' && i == like.length() - 1) {
        return Filter.startsWith(column.value(), prefix.toString());
      } else if (c == '%' || c == '_') {
        throw error("LIKE takes a prefix only: text and then one % at its end", pattern);
      } else {
        prefix.append(c);
      }
    }
    return Filter.eq(column.value(), prefix.toString());
  }

  private char escape() {
    Token token = peek();
    if (token.kind() != Kind.TEXT || token.value().length() != 1) {
      throw error("expected one character in quotes", token);
    }
    at++;
    return token.value().charAt(0);
  }

  private Token column() {
    Token token = peek();
    boolean named =
        token.kind() == Kind.QUOTED_NAME
            || (token.kind() == Kind.WORD && KEYWORDS.stream().noneMatch(token::isWord));
    if (!named) {
      throw error("expected a column, found " + token.described(), token);
    }
    literals.requireColumn(token);
    at++;
    return token;
  }

  private Literal literal(Token column) {
    Token token = peek();
    if (!takesLiteral(token)) {
      String hint = token.isWord("NULL") ? "; for missing values write IS NULL" : "";
      throw error("expected a value, found " + token.described() + hint, token);
    }
    boolean typed = isTyped(token);
    skipLiteral();
    return typed ? literals.ofType(column, token, tokens.get(at - 1)) : literals.of(column, token);
  }

  private static Filter.@Nullable Operator operator(Token token) {
    if (token.kind() != Kind.SYMBOL) {
      return null;
    }
    return switch (token.value()) {
      case "=" -> Filter.Operator.EQ;
      case "<>", "!=" -> Filter.Operator.NE;
      case "<" -> Filter.Operator.LT;
      case "<=" -> Filter.Operator.LE;
      case ">" -> Filter.Operator.GT;
      case ">=" -> Filter.Operator.GE;
      default -> null;
    };
  }

  private static Filter.@Nullable Operator flipped(Token token) {
    Filter.Operator operator = operator(token);
    if (operator == null) {
      return null;
    }
    return switch (operator) {
      case EQ, NE -> operator;
      case LT -> Filter.Operator.GT;
      case LE -> Filter.Operator.GE;
      case GT -> Filter.Operator.LT;
      case GE -> Filter.Operator.LE;
    };
  }

  private static boolean isComparison(Token token) {
    return operator(token) != null;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private boolean takeWord(String word) {
    boolean found = peek().isWord(word);
    at += found ? 1 : 0;
    return found;
  }

  private boolean takeSymbol(String symbol) {
    boolean found = peek().isSymbol(symbol);
    at += found ? 1 : 0;
    return found;
  }

  private void expectWord(String word) {
    Token token = peek();
    if (!takeWord(word)) {
      throw error("expected " + word + ", found " + token.described(), token);
    }
  }

  private void expectSymbol(String symbol) {
    Token token = peek();
    if (!takeSymbol(symbol)) {
      throw error("expected " + symbol + ", found " + token.described(), token);
    }
  }

  private FilterParseException error(String problem, Token token) {
    return new FilterParseException(problem, text, token.start());
  }
}
