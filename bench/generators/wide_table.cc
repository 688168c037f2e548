// The columns of WideTable.
#include "bench/generators/wide_table.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "bench/generators/values.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDataset = 2;
constexpr int64_t kFirstMicros = 1'704'067'200'000'000;  // 2024-01-01
constexpr uint64_t kCountries = 40;
constexpr uint64_t kFewValues = 16;

enum UsedColumn : size_t { kId, kEventTime, kCountry, kStatus, kAmount, kQuantity, kActive };

// How an unused column is filled.
enum class Fill { kConstant, kNothing, kSparse, kFew, kDense };

Fill FillOf(size_t column) {
  constexpr std::array<Fill, 10> kFills = {
      Fill::kConstant, Fill::kSparse,  Fill::kConstant, Fill::kFew,    Fill::kSparse,
      Fill::kConstant, Fill::kNothing, Fill::kConstant, Fill::kSparse, Fill::kDense};
  return kFills[(column - kWideUsedColumns) % kFills.size()];
}

DataType TypeOf(size_t column) {
  const size_t unused = column - kWideUsedColumns;
  // The tens shift the types by one, so that every type meets every fill.
  switch ((unused + unused / 10) % 8) {
    case 0:
      return Int64();
    case 1:
      return Utf8();
    case 2:
      return Float64();
    case 3:
      return Int32();
    case 4:
      return Bool();
    case 5:
      return Timestamp();
    case 6:
      return UInt16();
    default:
      return Date32();
  }
}

Schema WideSchema(size_t columns) {
  ASHLAR_CHECK(columns >= kWideUsedColumns);
  std::vector<Field> fields = {{"id", Int64(), false}, {"event_time", Timestamp(), false},
                               {"country", Utf8()},    {"status", Utf8()},
                               {"amount", Float64()},  {"quantity", Int32()},
                               {"active", Bool()}};
  for (size_t column = fields.size(); column < columns; ++column) {
    std::string digits = base::StrCat(column);
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    fields.push_back({"c" + digits, TypeOf(column)});
  }
  return CheckedSchema(std::move(fields));
}

void AppendUnused(Fill fill, const ColumnWords& words, uint64_t row, ColumnBuilder& builder) {
  const uint64_t word = words.ForRow(row);
  switch (fill) {
    case Fill::kConstant:
      return AppendWord(words.constant(), builder);
    case Fill::kNothing:
      return builder.AppendNull();
    case Fill::kSparse:
      return word % 100 == 0 ? AppendWord(base::Mix64(word), builder) : builder.AppendNull();
    case Fill::kFew:
      return AppendWord(base::Mix64(words.constant() + word % kFewValues), builder);
    default:
      return AppendWord(word, builder);
  }
}

void AppendUsed(size_t column, uint64_t word, uint64_t row, ColumnBuilder& builder) {
  constexpr std::array<std::string_view, 5> kStatuses = {"new", "paid", "sent", "returned", "lost"};
  switch (column) {
    case kId:
      return Must(builder.AppendInt64(static_cast<int64_t>(row)));
    case kEventTime:
      return Must(
          builder.AppendInt64(kFirstMicros + static_cast<int64_t>(row * 500'000 + word % 500'000)));
    case kCountry:
      return Must(builder.AppendValidatedUtf8(base::StrCat("country-", 10 + word % kCountries)));
    case kStatus:
      return Must(builder.AppendValidatedUtf8(kStatuses[word % kStatuses.size()]));
    case kAmount:
      return word % 50 == 0 ? builder.AppendNull() : AppendWord(base::Mix64(word), builder);
    case kQuantity:
      return Must(builder.AppendInt64(static_cast<int64_t>(1 + word % 100)));
    default:
      return Must(builder.AppendBool(word % 8 != 0));
  }
}

class WideTable final : public RowGenerator {
 public:
  WideTable(uint64_t seed, const WideTableOptions& options)
      : RowGenerator(WideSchema(options.columns)), seed_(seed) {}

 private:
  void AppendRows(size_t column, uint64_t first, uint64_t count,
                  ColumnBuilder& builder) const override {
    const ColumnWords words(seed_, kDataset, column);
    if (column < kWideUsedColumns) {
      for (uint64_t row = first; row < first + count; ++row) {
        AppendUsed(column, words.ForRow(row), row, builder);
      }
      return;
    }
    const Fill fill = FillOf(column);
    for (uint64_t row = first; row < first + count; ++row) AppendUnused(fill, words, row, builder);
  }

  const uint64_t seed_;
};

}  // namespace

std::unique_ptr<const RowGenerator> MakeWideTableRows(uint64_t seed,
                                                      const WideTableOptions& options) {
  return std::make_unique<const WideTable>(seed, options);
}

std::unique_ptr<BatchReader> MakeWideTable(uint64_t seed, uint64_t rows, uint64_t batch_rows,
                                           const WideTableOptions& options) {
  return MakeGeneratedReader(MakeWideTableRows(seed, options), rows, batch_rows);
}

}  // namespace ashlar::bench
