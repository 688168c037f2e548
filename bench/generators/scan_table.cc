// The columns of ScanTable.
#include "bench/generators/scan_table.h"

#include <string>
#include <vector>

#include "bench/generators/values.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDataset = 1;
enum ScanColumn : size_t { kKey, kCount, kPrice, kWeight, kCity, kNote };

class ScanTable final : public RowGenerator {
 public:
  ScanTable(uint64_t seed, const ScanTableOptions& options)
      : RowGenerator(CheckedSchema({{"key", Int64(), false},
                                    {"count", Int64()},
                                    {"price", Float64()},
                                    {"weight", Float64()},
                                    {"city", Utf8()},
                                    {"note", Utf8()}})),
        seed_(seed),
        cities_(options.cities) {
    ASHLAR_CHECK(options.cities > 0);
    const ColumnWords words(seed, kDataset, schema().size());
    for (size_t i = 0; i < cities_.size(); ++i) WriteText(words.ForRow(i), 12, &cities_[i]);
  }

 private:
  void AppendRows(size_t column, uint64_t first, uint64_t count,
                  ColumnBuilder& builder) const override {
    const ColumnWords words(seed_, kDataset, column);
    std::string text;
    for (uint64_t row = first; row < first + count; ++row) {
      const uint64_t word = words.ForRow(row);
      switch (column) {
        case kKey:
          Must(builder.AppendInt64(static_cast<int64_t>(row)));
          break;
        case kCount:
          Must(builder.AppendInt64(static_cast<int64_t>(word % 100'000)));
          break;
        case kPrice:
          Must(builder.AppendDouble(static_cast<double>(word % 1'280'000) / 128));
          break;
        case kWeight:
          Must(builder.AppendDouble(static_cast<double>(word >> 44) / 1'024));
          break;
        case kCity:
          Must(builder.AppendValidatedUtf8(cities_[word % cities_.size()]));
          break;
        default:
          WriteText(word, 40, &text);
          Must(builder.AppendValidatedUtf8(text));
      }
    }
  }

  const uint64_t seed_;
  std::vector<std::string> cities_;
};

}  // namespace

std::unique_ptr<const RowGenerator> MakeScanTableRows(uint64_t seed,
                                                      const ScanTableOptions& options) {
  return std::make_unique<const ScanTable>(seed, options);
}

std::unique_ptr<BatchReader> MakeScanTable(uint64_t seed, uint64_t rows, uint64_t batch_rows,
                                           const ScanTableOptions& options) {
  return MakeGeneratedReader(MakeScanTableRows(seed, options), rows, batch_rows);
}

}  // namespace ashlar::bench
