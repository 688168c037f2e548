// The smallest and the largest string, by bytes.
//
// Owns: one string a group, whose memory is reused when a better one comes. Does not own:
// fixed-width values (extreme_accumulator.cc).
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "src/query/accumulator.h"

namespace ashlar::query {
namespace {

class BytesExtremeAccumulator final : public Accumulator {
 public:
  BytesExtremeAccumulator(bool max, MemoryMeter* meter)
      : max_(max), meter_(meter), best_(meter), seen_(meter) {}

  absl::Status Resize(size_t groups) override {
    RETURN_IF_ERROR(best_.Resize(groups, std::string()));
    return seen_.Resize(groups, 0);
  }

  absl::Status Update(SelectedRows& rows, const RowNumbers& groups,
                      const Vector* argument) override {
    absl::Status status;
    rows.ForEach([&](size_t i, int64_t row) {
      if (argument->IsNull(row)) return;
      const size_t group = groups.constant ? groups.first : groups.ids[i];
      if (Improves(group, argument->bytes[row])) status.Update(Keep(group, argument->bytes[row]));
    });
    return status;
  }

  absl::Status Merge(const Accumulator& part, const std::vector<uint32_t>& map) override {
    const auto& other = static_cast<const BytesExtremeAccumulator&>(part);
    for (size_t group = 0; group < other.best_.values.size(); ++group) {
      if (other.seen_.values[group] == 0) continue;
      const std::string& value = other.best_.values[group];
      if (Improves(map[group], value)) RETURN_IF_ERROR(Keep(map[group], value));
    }
    return absl::OkStatus();
  }

  absl::Status Append(const BoundAggregate&, size_t group, int64_t,
                      ColumnBuilder* builder) const override {
    const std::string& value = best_.values[group];
    return builder->type().id() == TypeId::kUtf8 ? builder->AppendValidatedUtf8(value)
                                                 : builder->AppendBytes(value);
  }

 private:
  [[nodiscard]] bool Improves(size_t group, std::string_view value) const {
    if (seen_.values[group] == 0) return true;
    return max_ ? value > best_.values[group] : value < best_.values[group];
  }

  absl::Status Keep(size_t group, std::string_view value) {
    std::string& best = best_.values[group];
    seen_.values[group] = 1;
    if (value.size() > best.capacity()) {
      const size_t capacity = std::max(value.size(), 2 * best.capacity());
      RETURN_IF_ERROR(meter_->Grow(capacity - best.capacity()));
      best.reserve(capacity);
    }
    best.assign(value);
    return absl::OkStatus();
  }

  const bool max_;
  MemoryMeter* const meter_;
  MeteredArray<std::string> best_;
  MeteredArray<uint8_t> seen_;
};

}  // namespace

std::unique_ptr<Accumulator> MakeBytesExtreme(bool max, MemoryMeter* meter) {
  return std::make_unique<BytesExtremeAccumulator>(max, meter);
}

}  // namespace ashlar::query
