// The columns of MixedTypes, with nulls at every level.
#include "bench/generators/mixed_types.h"

#include <vector>

#include "bench/generators/awkward_values.h"
#include "bench/generators/values.h"
#include "src/base/random.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDataset = 4;
constexpr uint64_t kCodes = 12;
constexpr uint64_t kMaxElements = 5;

Schema MixedSchema() {
  const DataType event = Struct({{"day", Date32()}, {"tags", List(Utf8())}});
  return CheckedSchema(
      {{"row", Int64(), false},
       {"b", Bool()},
       {"i8", Int8()},
       {"i16", Int16()},
       {"i32", Int32()},
       {"i64", Int64()},
       {"u8", UInt8()},
       {"u16", UInt16()},
       {"u32", UInt32()},
       {"u64", UInt64()},
       {"f32", Float32()},
       {"f64", Float64()},
       {"text", Utf8()},
       {"code", Utf8()},
       {"bytes", Binary()},
       {"id16", FixedSizeBinary(16)},
       {"day", Date32()},
       {"at", Timestamp()},
       {"vector", Vector(8)},
       {"ints", List(Int64())},
       {"texts", List(Utf8())},
       {"point", Struct({{"x", Int32(), false}, {"y", Float64()}, {"name", Utf8()}})},
       {"events", List(event)},
       {"same", Int64()},
       {"nothing", Float64()}});
}

class MixedTypes final : public RowGenerator {
 public:
  MixedTypes(uint64_t seed, const MixedTypesOptions& options)
      : RowGenerator(MixedSchema()), seed_(seed), options_(options) {
    ASHLAR_CHECK(options.null_percent <= 100);
  }

 private:
  void AppendRows(size_t column, uint64_t first, uint64_t count,
                  ColumnBuilder& builder) const override {
    const Field& field = schema().field(column);
    const ColumnWords words(seed_, kDataset, column);
    for (uint64_t row = first; row < first + count; ++row) {
      base::Random random(words.ForRow(row));
      if (field.name == "row") {
        Must(builder.AppendInt64(static_cast<int64_t>(row)));
      } else if (field.name == "same") {
        Must(builder.AppendInt64(static_cast<int64_t>(words.constant())));
      } else if (field.name == "nothing") {
        builder.AppendNull();
      } else if (field.name == "code") {
        AppendCode(random, builder);
      } else {
        AppendField(field, random, options_.long_every, builder);
      }
    }
  }

  [[nodiscard]] bool DrawNull(base::Random& random) const {
    return random.Uniform(100) < options_.null_percent;
  }

  void AppendCode(base::Random& random, ColumnBuilder& builder) const {
    if (DrawNull(random)) return builder.AppendNull();
    AppendWord(base::Mix64(random.Uniform(kCodes)), builder);
  }

  // Long strings are for columns of strings: a list of them would pass all bounds.
  void AppendField(const Field& field, base::Random& random, uint32_t long_every,
                   ColumnBuilder& builder) const {
    if (field.nullable && DrawNull(random)) return builder.AppendNull();
    const std::vector<Field>& fields = field.type.fields();
    if (field.type.id() == TypeId::kList) {
      for (uint64_t left = random.Uniform(kMaxElements + 1); left > 0; --left) {
        AppendField(fields[0], random, 0, builder.child(0));
      }
      Must(builder.AppendNested());
    } else if (field.type.id() == TypeId::kStruct) {
      for (size_t i = 0; i < fields.size(); ++i) {
        AppendField(fields[i], random, 0, builder.child(i));
      }
      Must(builder.AppendNested());
    } else {
      AppendAwkward(random, long_every, builder);
    }
  }

  const uint64_t seed_;
  const MixedTypesOptions options_;
};

}  // namespace

std::unique_ptr<const RowGenerator> MakeMixedTypesRows(uint64_t seed,
                                                       const MixedTypesOptions& options) {
  return std::make_unique<const MixedTypes>(seed, options);
}

std::unique_ptr<BatchReader> MakeMixedTypes(uint64_t seed, uint64_t rows, uint64_t batch_rows,
                                            const MixedTypesOptions& options) {
  return MakeGeneratedReader(MakeMixedTypesRows(seed, options), rows, batch_rows);
}

}  // namespace ashlar::bench
