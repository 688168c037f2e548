// The columns of DeepNest, filled by walking their types.
#include "bench/generators/deep_nest.h"

#include <utility>
#include <vector>

#include "bench/generators/values.h"
#include "src/base/random.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDataset = 3;
constexpr uint32_t kMaxChainDepth = 60;
constexpr uint64_t kManyElements = 24;

DataType ChainType(uint32_t depth) {
  DataType chain = Struct({{"value", Int32()}});
  for (uint32_t i = 1; i < depth; ++i) chain = Struct({{"value", Int32()}, {"next", chain}});
  return chain;
}

Schema NestSchema(const DeepNestOptions& options) {
  ASHLAR_CHECK(options.chain_depth >= 1 && options.chain_depth <= kMaxChainDepth);
  ASHLAR_CHECK(options.absent_percent <= 100);
  const DataType geo = Struct({{"lat", Float64()}, {"lon", Float64()}, {"level", Int16()}});
  const DataType address = Struct({{"city", Utf8()}, {"geo", geo}});
  const DataType discount = Struct({{"kind", Utf8()}, {"percent", Float32()}});
  const DataType item = Struct({{"sku", Utf8()},
                                {"price", Float64()},
                                {"tags", List(Utf8())},
                                {"discounts", List(discount)}});
  const DataType order =
      Struct({{"at", Timestamp(), false}, {"total", Float64()}, {"items", List(item)}});
  const DataType value = Struct({{"text", Utf8()}, {"number", Float64()}, {"flags", List(Bool())}});
  const DataType attribute = Struct({{"key", Utf8(), false}, {"value", value}});
  return CheckedSchema({{"id", Int64(), false},
                        {"profile", Struct({{"name", Utf8()}, {"address", address}})},
                        {"orders", List(order)},
                        {"measurements", List(List(Float64()))},
                        {"attributes", List(attribute)},
                        {"chain", ChainType(options.chain_depth)}});
}

uint64_t ListLength(base::Random& random) {
  const uint64_t word = random.Next64();
  if (word % 64 == 0) return random.Uniform(kManyElements + 1);
  // A half is empty, a quarter has one element, …: never more than 5.
  uint64_t length = 0;
  while (length < 5 && ((word >> (8 + length)) & 1) != 0) ++length;
  return length;
}

class DeepNest final : public RowGenerator {
 public:
  DeepNest(uint64_t seed, const DeepNestOptions& options)
      : RowGenerator(NestSchema(options)), seed_(seed), absent_percent_(options.absent_percent) {}

 private:
  void AppendRows(size_t column, uint64_t first, uint64_t count,
                  ColumnBuilder& builder) const override {
    const ColumnWords words(seed_, kDataset, column);
    for (uint64_t row = first; row < first + count; ++row) {
      if (column == 0) {
        Must(builder.AppendInt64(static_cast<int64_t>(row)));
      } else {
        base::Random random(words.ForRow(row));
        AppendField(schema().field(column), random, builder);
      }
    }
  }

  void AppendField(const Field& field, base::Random& random, ColumnBuilder& builder) const {
    if (field.nullable && random.Uniform(100) < absent_percent_) return builder.AppendNull();
    const std::vector<Field>& fields = field.type.fields();
    if (field.type.id() == TypeId::kList) {
      for (uint64_t left = ListLength(random); left > 0; --left) {
        AppendField(fields[0], random, builder.child(0));
      }
      Must(builder.AppendNested());
    } else if (field.type.id() == TypeId::kStruct) {
      for (size_t i = 0; i < fields.size(); ++i) AppendField(fields[i], random, builder.child(i));
      Must(builder.AppendNested());
    } else {
      AppendWord(random.Next64(), builder);
    }
  }

  const uint64_t seed_;
  const uint32_t absent_percent_;
};

}  // namespace

std::unique_ptr<const RowGenerator> MakeDeepNestRows(uint64_t seed,
                                                     const DeepNestOptions& options) {
  return std::make_unique<const DeepNest>(seed, options);
}

std::unique_ptr<BatchReader> MakeDeepNest(uint64_t seed, uint64_t rows, uint64_t batch_rows,
                                          const DeepNestOptions& options) {
  return MakeGeneratedReader(MakeDeepNestRows(seed, options), rows, batch_rows);
}

}  // namespace ashlar::bench
