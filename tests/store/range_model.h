// Key ranges of a map, by the definition of the options: what ranges of a dataset must give.
//
// Owns: the definition, part by part on values, never on encoded bytes; random ranges; shapes whose
// keys are prefixes of each other and hold the bytes 0x00 and 0xff. Does not own: datasets.
#ifndef ASHLAR_TESTS_STORE_RANGE_MODEL_H_
#define ASHLAR_TESTS_STORE_RANGE_MODEL_H_

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/base/random.h"
#include "tests/store/key_shapes.h"

namespace ashlar::testkit {

using RangeRows = std::vector<std::pair<Key, int64_t>>;

// How a key stands to a bound of as many parts or fewer: 0 when it begins with these parts.
inline int CompareToBound(const Key& key, const Key& bound) {
  for (size_t i = 0; i < bound.parts().size(); ++i) {
    const auto order = key.parts()[i] <=> bound.parts()[i];
    if (order != 0) return order < 0 ? -1 : 1;
  }
  return 0;
}

inline bool HasPrefix(const Shape& shape, const Key& key, const Key& prefix) {
  const size_t last = prefix.parts().size() - 1;
  const std::span<const Key> parts = prefix.parts();
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool open =
        i == last && parts.size() == shape.types.size() && shape.types[i].is_variable_size();
    const bool fits =
        open ? key.parts()[i].bytes().starts_with(parts[i].bytes()) : key.parts()[i] == parts[i];
    if (!fits) return false;
  }
  return true;
}

inline RangeRows ExpectedRange(const Shape& shape, const Model& model,
                               const KeyRangeOptions& options) {
  RangeRows rows;
  for (const auto& [key, value] : model) {
    if (options.from.has_value() &&
        CompareToBound(key, *options.from) < (options.from_inclusive ? 0 : 1)) {
      continue;
    }
    if (options.to.has_value() &&
        CompareToBound(key, *options.to) > (options.to_inclusive ? 0 : -1)) {
      continue;
    }
    if (options.prefix.has_value() && !HasPrefix(shape, key, *options.prefix)) continue;
    rows.emplace_back(key, value);
  }
  if (options.backward) std::reverse(rows.begin(), rows.end());
  if (rows.size() > options.limit) {
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(options.limit), rows.end());
  }
  return rows;
}

// The digits of n to base 4 as letters: n / 4 makes a prefix of n.
inline std::string Letters(uint64_t n, const std::vector<std::string>& letters) {
  return n == 0 ? "" : Letters(n / 4, letters) + letters[n % 4];
}
inline Key TextKey(uint64_t n) {
  return Key(Letters(n, {std::string(1, '\0'), "a", "\u00e9", "\U0010FFFF"}));
}
inline Key BinaryKey(uint64_t n) {
  return Key::Binary(Letters(n, {std::string(1, '\0'), "a", "\xfe", "\xff"}));
}

inline std::vector<Shape> RangeShapes() {
  return {
      {"int64", {Int64()}, [](uint64_t n) { return Key(static_cast<int64_t>(n) - 500); }},
      {"int8", {Int8()}, [](uint64_t n) { return Key(static_cast<int64_t>(n % 256) - 128); }},
      {"uint64", {UInt64()}, [](uint64_t n) { return Key(n << 55 | (UINT64_MAX >> 9)); }},
      {"utf8", {Utf8()}, TextKey},
      {"binary", {Binary()}, BinaryKey},
      // Longer than the bounds of segments; some have no upper bound.
      {"long",
       {Binary()},
       [](uint64_t n) {
         return Key::Binary(
             base::StrCat(std::string(66, n % 2 == 0 ? 'a' : '\xff'), BinaryKey(n / 2).bytes()));
       }},
      {"fixed",
       {FixedSizeBinary(3)},
       [](uint64_t n) {
         return Key::Binary(std::string{'\xff', static_cast<char>(n / 256), static_cast<char>(n)});
       }},
      {"utf8 and int32",
       {Utf8(), Int32()},
       [](uint64_t n) {
         return Key({TextKey(n % 20), Key(static_cast<int64_t>(n / 20) - 25)});
       }},
      {"uint8 and binary",
       {UInt8(), Binary()},
       [](uint64_t n) {
         return Key({Key(n % 3 == 0 ? 255 : n % 3), BinaryKey(n / 3)});
       }},
      {"three",
       {Int16(), FixedSizeBinary(1), Utf8()},
       [](uint64_t n) {
         return Key({Key(n % 2 == 0 ? -1 : 1),
                     Key::Binary(std::string(1, static_cast<char>(255 - n / 2 % 3))),
                     TextKey(n / 6)});
       }},
  };
}

// The first parts of a key, or all.
inline Key RandomBound(const Shape& shape, base::Random& random) {
  const Key key = shape.key(random.Uniform(1000));
  const size_t parts = 1 + random.Uniform(key.parts().size());
  return Key(std::vector<Key>(key.parts().begin(),
                              key.parts().begin() + static_cast<std::ptrdiff_t>(parts)));
}

inline KeyRangeOptions RandomRange(const Shape& shape, base::Random& random) {
  KeyRangeOptions options;
  if (!random.OneIn(3)) options.from = RandomBound(shape, random);
  if (!random.OneIn(3)) options.to = RandomBound(shape, random);
  if (random.OneIn(4)) options.prefix = RandomBound(shape, random);
  options.from_inclusive = !random.OneIn(2);
  options.to_inclusive = random.OneIn(2);
  options.backward = random.OneIn(2);
  if (random.OneIn(3)) options.limit = random.Uniform(30);
  return options;
}

inline std::string Describe(const KeyRangeOptions& options) {
  const auto text = [](const std::optional<Key>& key) { return key ? key->ToString() : "none"; };
  return base::StrCat(options.from_inclusive ? "[" : "(", text(options.from), ", ",
                      text(options.to), options.to_inclusive ? "]" : ")", ", prefix ",
                      text(options.prefix), options.backward ? ", backward" : "", ", limit ",
                      options.limit);
}

// All rows of a range; each batch is neither empty nor larger than promised.
inline RangeRows ReadRange(BatchReader& reader) {
  RangeRows rows;
  RecordBatch batch;
  for (;;) {
    const auto more = reader.Next(&batch);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) return rows;
    EXPECT_TRUE(batch.rows() > 0 && batch.rows() <= 4096) << batch.rows();
    for (const Column& column : batch.columns()) EXPECT_OK(column.Validate());
    for (int64_t row = 0; row < batch.rows(); ++row) {
      rows.emplace_back(KeyAt(batch, row), ValueAt(batch, row));
    }
  }
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_RANGE_MODEL_H_
