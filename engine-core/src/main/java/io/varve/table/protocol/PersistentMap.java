package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map from strings that is never changed: an update makes a new map that shares all but a
 * path of the tree with the old one. An AVL tree. Immutable.
 *
 * @param <V> the values
 */
public final class PersistentMap<V> {

  private static final PersistentMap<?> EMPTY = new PersistentMap<>(null);

  private final @Nullable Node<V> root;

  private PersistentMap(@Nullable Node<V> root) {
    this.root = root;
  }

  /** Returns the map without entries. */
  @SuppressWarnings("unchecked") // it holds no value of any type
  public static <V> PersistentMap<V> empty() {
    return (PersistentMap<V>) EMPTY;
  }

  /** Returns a map with these entries. */
  public static <V> PersistentMap<V> of(Map<String, V> entries) {
    PersistentMap<V> map = empty();
    for (Map.Entry<String, V> entry : entries.entrySet()) {
      map = map.with(entry.getKey(), entry.getValue());
    }
    return map;
  }

  /** Returns the value of a key, null if there is none. */
  public @Nullable V get(String key) {
    Node<V> node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  /** Returns whether there is an entry of this key. */
  public boolean containsKey(String key) {
    return get(key) != null;
  }

  /** Returns a map with this entry, in the place of any other of that key. */
  public PersistentMap<V> with(String key, V value) {
    return new PersistentMap<>(insert(root, requireNonNull(key), requireNonNull(value)));
  }

  /** Returns a map without this key. */
  public PersistentMap<V> without(String key) {
    return containsKey(key) ? new PersistentMap<>(remove(requireNonNull(root), key)) : this;
  }

  /** Returns the number of entries. */
  public int size() {
    return root == null ? 0 : root.size;
  }

  /** Returns whether there are no entries. */
  public boolean isEmpty() {
    return root == null;
  }

  /** Calls {@code action} for every entry, in the order of the keys. */
  public void forEach(BiConsumer<String, ? super V> action) {
    visit(root, action);
  }

  /** Returns whether a condition is true for any value. */
  public boolean anyMatch(Predicate<? super V> condition) {
    return anyMatch(root, condition);
  }

  private static <V> boolean anyMatch(@Nullable Node<V> node, Predicate<? super V> condition) {
    return node != null
        && (condition.test(node.value)
            || anyMatch(node.left, condition)
            || anyMatch(node.right, condition));
  }

  /** Returns a copy as a map that can't be changed. */
  public SortedMap<String, V> toSortedMap() {
    SortedMap<String, V> copy = new TreeMap<>();
    forEach(copy::put);
    return Collections.unmodifiableSortedMap(copy);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PersistentMap<?> map
        && (root == map.root || toSortedMap().equals(map.toSortedMap()));
  }

  @Override
  public int hashCode() {
    return toSortedMap().hashCode();
  }

  @Override
  public String toString() {
    return toSortedMap().toString();
  }

  private static <V> void visit(@Nullable Node<V> node, BiConsumer<String, ? super V> action) {
    if (node != null) {
      visit(node.left, action);
      action.accept(node.key, node.value);
      visit(node.right, action);
    }
  }

  private static <V> Node<V> insert(@Nullable Node<V> node, String key, V value) {
    if (node == null) {
      return new Node<>(key, value, null, null);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return new Node<>(key, value, node.left, node.right);
    }
    return order < 0
        ? balanced(node, insert(node.left, key, value), node.right)
        : balanced(node, node.left, insert(node.right, key, value));
  }

  private static <V> @Nullable Node<V> remove(Node<V> node, String key) {
    int order = key.compareTo(node.key);
    if (order < 0) {
      return balanced(node, remove(requireNonNull(node.left), key), node.right);
    }
    if (order > 0) {
      return balanced(node, node.left, remove(requireNonNull(node.right), key));
    }
    if (node.left == null) {
      return node.right;
    }
    if (node.right == null) {
      return node.left;
    }
    Node<V> next = node.right;
    while (next.left != null) {
      next = next.left;
    }
    return balanced(next, node.left, remove(node.right, next.key));
  }

  /** Returns a node with the entry of {@code node} and these children, rotated where needed. */
  private static <V> Node<V> balanced(
      Node<V> node, @Nullable Node<V> left, @Nullable Node<V> right) {
    int lean = height(left) - height(right);
    if (lean > 1) {
      Node<V> child = requireNonNull(left);
      if (height(child.left) < height(child.right)) {
        Node<V> middle = requireNonNull(child.right);
        return new Node<>(
            middle.key,
            middle.value,
            new Node<>(child.key, child.value, child.left, middle.left),
            new Node<>(node.key, node.value, middle.right, right));
      }
      return new Node<>(
          child.key, child.value, child.left, new Node<>(node.key, node.value, child.right, right));
    }
    if (lean < -1) {
      Node<V> child = requireNonNull(right);
      if (height(child.right) < height(child.left)) {
        Node<V> middle = requireNonNull(child.left);
        return new Node<>(
            middle.key,
            middle.value,
            new Node<>(node.key, node.value, left, middle.left),
            new Node<>(child.key, child.value, middle.right, child.right));
      }
      return new Node<>(
          child.key, child.value, new Node<>(node.key, node.value, left, child.left), child.right);
    }
    return new Node<>(node.key, node.value, left, right);
  }

  private static int height(@Nullable Node<?> node) {
    return node == null ? 0 : node.height;
  }

  private static final class Node<V> {
    final String key;
    final V value;
    final @Nullable Node<V> left;
    final @Nullable Node<V> right;
    final int height;
    final int size;

    Node(String key, V value, @Nullable Node<V> left, @Nullable Node<V> right) {
      this.key = key;
      this.value = value;
      this.left = left;
      this.right = right;
      this.height = 1 + Math.max(height(left), height(right));
      this.size = 1 + (left == null ? 0 : left.size) + (right == null ? 0 : right.size);
    }
  }
}
