// Keys of single rows against the keys of whole columns, in every encoding and at every offset.
#include "src/columnar/row_key_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/columnar/column_generator.h"
#include "tests/columnar/column_samples.h"
#include "tests/columnar/key_testing.h"

namespace ashlar::columnar {
namespace {

TEST(RowKeyReader, ComparesAndEncodesAsTheCodecDoes) {
  for (const auto& shape : KeyShapes()) {
    const KeyCodec codec = CodecFor(shape);
    base::Random random(11 + shape.size());
    std::vector<Key> keys;
    for (int i = 0; i < 60; ++i) keys.push_back(RandomKey(shape, random));
    const EncodedKeys encoded = codec.Encode(keys).value();
    for (int form = 0; form < 4; ++form) {
      std::vector<Column> columns = KeyColumns(shape, keys);
      for (Column& column : columns) {
        if (form % 2 == 1) column = WithDictionaries(column, random);
        if (form >= 2) column = AtAnotherOffset(column, random);
      }
      const RowKeyReader reader(columns);
      ASSERT_EQ(reader.rows(), 60);
      for (int64_t a = 0; a < reader.rows(); ++a) {
        std::string bytes = "before ";
        reader.Append(a, &bytes);
        ASSERT_EQ(bytes, "before " + std::string(encoded.key(static_cast<size_t>(a))));
        reader.Prefetch(a);
        for (size_t b = 0; b < encoded.rows; ++b) {
          ASSERT_EQ(reader.Compare(a, encoded.key(b)),
                    encoded.key(static_cast<size_t>(a)) <=> encoded.key(b))
              << keys[static_cast<size_t>(a)] << " " << keys[b];
          ASSERT_EQ(reader.Equals(a, encoded.key(b)),
                    encoded.key(static_cast<size_t>(a)) == encoded.key(b));
        }
      }
    }
  }
}

TEST(RowKeyReader, ReadsConstants) {
  for (const DataType& type : KeyTypes()) {
    base::Random random(5);
    const std::vector<Key> one = {RandomPart(type, random)};
    const RowKeyReader reader({MakeColumn(ConstantData(KeyColumns({type}, one)[0], 5))});
    const std::string key = CodecFor({type}).Encode(one[0]).value();
    for (int64_t row = 0; row < 5; ++row)
      EXPECT_EQ(reader.Compare(row, key), std::strong_ordering::equal);
  }
}

}  // namespace
}  // namespace ashlar::columnar
