// Listing deletion vectors, and reading the list without decoding it.
#include "src/manifest/deletion_vector_table.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"

namespace ashlar::manifest {
namespace {

// Rows of the segment, bytes, and a body of one block.
constexpr uint64_t kMinVectorBytes = 8;
// Runs that a note spells out.
constexpr size_t kMaxSpelledRuns = 8;

// "3 dead rows: 5, 7 to 8".
std::string Spell(const DeletionVector& vector) {
  std::string text = base::StrCat(vector.cardinality(), " dead rows:");
  uint64_t next = 0;
  size_t runs = 0;
  const auto spell_until = [&](uint64_t end) {
    if (end > next && ++runs <= kMaxSpelledRuns) {
      text += base::StrCat(runs == 1 ? " " : ", ", next);
      if (end > next + 1) text += base::StrCat(" to ", end - 1);
    }
  };
  vector.ForEachLiveRun(0, vector.segment_rows(), [&](uint64_t first, uint64_t rows) {
    spell_until(first);
    next = first + rows;
  });
  spell_until(vector.segment_rows());
  return runs > kMaxSpelledRuns ? text + ", …" : text;
}

DeletionVector::Encoded Keep(std::span<const std::byte> body,
                             const std::shared_ptr<const void>& owner) {
  if (owner != nullptr) return {body, owner};
  const auto copy = std::make_shared<const std::string>(base::AsStringView(body));
  return {base::AsBytes(*copy), copy};
}

DeletionVectorPtr DecodeOne(FieldReader& in) {
  const uint64_t rows = in.Varint("rows of the segment", base::kMaxSegmentRows);
  const uint64_t size = in.Varint("deletion vector bytes");
  const uint64_t begin = in.raw().offset();
  const std::span<const std::byte> body = in.raw().ReadBytes(size);
  if (!in.ok()) return nullptr;
  base::ByteReader reader(body, "deletion vector", begin);
  const uint64_t cardinality = ProveDeadBlocks(rows, reader);
  if (!reader.ok()) {
    in.Fail(base::StrCat("bad dead rows (", reader.status().message(), ")"));
    return nullptr;
  }
  DeletionVectorPtr vector = DeletionVector::FromProven(rows, cardinality, Keep(body, in.owner()));
  if (in.takes_notes()) in.Note("deletion vector", begin, Spell(*vector));
  return vector;
}

}  // namespace

void DeletionVectorList::AddAll(const std::vector<DatasetEdit>& edits) {
  for (const DatasetEdit& dataset : edits) {
    for (const SegmentSplice& splice : dataset.splices) {
      for (const SegmentEntry& entry : splice.inserted) Add(entry.dead);
    }
    for (const SegmentDeaths& deaths : dataset.deaths) Add(deaths.rows);
  }
}

void DeletionVectorList::Add(const DeletionVectorPtr& vector) {
  if (vector == nullptr) return;
  if (indexes_.try_emplace(vector.get(), vectors_.size()).second) vectors_.push_back(vector);
}

uint64_t DeletionVectorList::IndexOf(const DeletionVectorPtr& vector) const {
  const auto found = indexes_.find(vector.get());
  ASHLAR_CHECK(found != indexes_.end());
  return found->second;
}

void DeletionVectorList::Encode(base::ByteWriter& out) const {
  out.PutVarint64(vectors_.size());
  for (const DeletionVectorPtr& vector : vectors_) {
    base::ByteWriter body;
    vector->EncodeBody(body);
    out.PutVarint64(vector->segment_rows());
    out.PutVarint64(body.size());
    out.PutBytes(body.bytes());
  }
}

void DeletionVectorTable::Decode(FieldReader& in) {
  ASHLAR_CHECK(vectors_.empty());
  const uint64_t count = in.Count("deletion vectors", kMinVectorBytes);
  vectors_.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) vectors_.push_back(DecodeOne(in));
}

DeletionVectorPtr DeletionVectorTable::Find(uint64_t index, uint64_t segment_rows,
                                            FieldReader& in) const {
  if (!in.ok()) return nullptr;
  if (index >= vectors_.size()) {
    in.Fail(base::StrCat("there is no deletion vector ", index));
    return nullptr;
  }
  if (vectors_[index]->segment_rows() == segment_rows) return vectors_[index];
  in.Fail(base::StrCat("deletion vector ", index, " is one of ", vectors_[index]->segment_rows(),
                       " rows, the segment has ", segment_rows));
  return nullptr;
}

}  // namespace ashlar::manifest
