// Field ids and fingerprints; see the header. Fingerprints are taken for every commit, so those of
// leaves are a few multiplications and never touch text.
#include "src/columnar/batch_fields.h"

#include <algorithm>
#include <numeric>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/limits.h"
#include "src/base/strings.h"

namespace ashlar::columnar {
namespace {

// Part of the format, like every step behind it.
constexpr uint64_t kFingerprintSeed = 0x6261746368;  // "batch"

uint64_t TypeHash(const DataType& type) {
  uint64_t state = base::Combine(static_cast<uint64_t>(type.id()),
                                 static_cast<uint64_t>(static_cast<uint32_t>(type.width())));
  if (!type.is_nested()) return state;
  for (const Field& field : type.fields()) {
    state = base::Combine(state, base::Hash64(base::AsBytes(field.name), field.nullable ? 1 : 0));
    state = base::Combine(state, TypeHash(field.type));
  }
  return state;
}

}  // namespace

FieldOrder FieldsById(const Schema& schema) {
  FieldOrder order(schema.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto by_id = [&](uint32_t a, uint32_t b) {
    return schema.field(a).id < schema.field(b).id;
  };
  if (!std::is_sorted(order.begin(), order.end(), by_id)) {
    std::sort(order.begin(), order.end(), by_id);
  }
  return order;
}

uint32_t FieldsFingerprint(const Schema& schema, std::span<const uint32_t> fields) {
  uint64_t state = kFingerprintSeed;
  for (const uint32_t index : fields) {
    const Field& field = schema.field(index);
    state = base::Combine(base::Combine(state, field.id), TypeHash(field.type));
  }
  return static_cast<uint32_t>(state);
}

void WriteFieldIds(const Schema& schema, std::span<const uint32_t> fields, base::ByteWriter& out) {
  struct Run {
    uint32_t first = 0;
    uint32_t count = 0;
  };
  absl::InlinedVector<Run, 4> runs;
  for (const uint32_t index : fields) {
    const uint32_t id = schema.field(index).id;
    ASHLAR_CHECK(id != 0);
    if (runs.empty() || id != runs.back().first + runs.back().count) runs.push_back({id, 0});
    ++runs.back().count;
  }
  out.PutVarint64(runs.size());
  uint32_t next = 1;
  for (const Run& run : runs) {
    ASHLAR_CHECK(run.first >= next);
    out.PutVarint64(run.first - next);
    out.PutVarint64(run.count);
    next = run.first + run.count;
  }
}

std::vector<uint32_t> ReadFieldIds(base::ByteReader& in) {
  std::vector<uint32_t> ids;
  const uint64_t runs = in.ReadCount(base::kMaxColumns, /*min_bytes_each=*/2);
  uint64_t next = 1;
  for (uint64_t run = 0; run < runs && in.ok(); ++run) {
    const uint64_t gap = in.ReadVarint64();
    const uint64_t count = in.ReadCount(base::kMaxColumns - ids.size(), /*min_bytes_each=*/1);
    if (!in.ok()) break;
    if (count == 0 || (gap == 0 && run > 0)) in.Fail("runs of field ids are not the shortest");
    if (gap > UINT32_MAX - next || count > UINT32_MAX - next - gap) {
      in.Fail("a field id is too large");
      break;
    }
    next += gap;
    for (uint64_t i = 0; i < count; ++i) ids.push_back(static_cast<uint32_t>(next++));
  }
  return in.ok() ? ids : std::vector<uint32_t>();
}

}  // namespace ashlar::columnar
