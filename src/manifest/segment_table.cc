// Describing segments once and naming them by id ever after.
#include "src/manifest/segment_table.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::manifest {
namespace {

// Two digests, six one-byte numbers, the form and the count of uses at least.
constexpr uint64_t kMinSegmentBytes = 71;
constexpr uint64_t kMinUseBytes = 3;

}  // namespace

bool KnownSegments::Knows(uint64_t id, SegmentForm form) const {
  const auto found = forms_.find(id);
  return found != forms_.end() &&
         (form == SegmentForm::kHolderOnly || found->second == SegmentForm::kWhole);
}

void KnownSegments::Add(const std::vector<DescribedSegment>& segments) {
  for (const DescribedSegment& segment : segments) {
    const auto [at, fresh] = forms_.try_emplace(segment.meta->file.id, segment.form);
    if (!fresh && segment.form == SegmentForm::kWhole) at->second = SegmentForm::kWhole;
  }
}

void DescriptionList::AddListed(const std::shared_ptr<const SegmentMeta>& meta) {
  Add(meta, SegmentForm::kWhole);
  for (const ChunkUse& use : meta->uses) Add(use.holder, SegmentForm::kHolderOnly);
}

void DescriptionList::Add(const std::shared_ptr<const SegmentMeta>& meta, SegmentForm form) {
  if (known_.Knows(meta->file.id, form)) return;
  DescribedSegment& wanted = wanted_[meta->file.id];
  if (wanted.meta == nullptr || form == SegmentForm::kWhole) wanted = {meta, form};
}

std::vector<DescribedSegment> DescriptionList::Finish() && {
  std::vector<DescribedSegment> segments;
  segments.reserve(wanted_.size());
  for (auto& [id, segment] : wanted_) segments.push_back(std::move(segment));
  std::sort(segments.begin(), segments.end(),
            [](const DescribedSegment& a, const DescribedSegment& b) {
              return a.meta->file.id < b.meta->file.id;
            });
  return segments;
}

void EncodeSegments(const std::vector<DescribedSegment>& segments, base::ByteWriter& out) {
  out.PutVarint64(segments.size());
  for (const auto& [meta, form] : segments) {
    out.PutVarint64(meta->file.id);
    out.PutU8(static_cast<uint8_t>(form));
    out.PutVarint64(meta->file.bytes);
    out.PutDigest(meta->file.footer_digest);
    out.PutVarint64(meta->rows);
    out.PutVarint64(meta->logical_bytes);
    out.PutVarint64(meta->own_chunk_bytes);
    out.PutDigest(meta->digest);
    out.PutVarint64(form == SegmentForm::kWhole ? meta->uses.size() : 0);
    if (form == SegmentForm::kHolderOnly) continue;
    for (const ChunkUse& use : meta->uses) {
      out.PutVarint64(use.holder->file.id);
      out.PutVarint64(use.ordinal);
      out.PutVarint64(use.bytes);
    }
  }
}

void SegmentTable::Decode(FieldReader& in) {
  const uint64_t count = in.Count("segments described", kMinSegmentBytes);
  rows_.reserve(rows_.size() + (rows_.empty() ? count : 0));
  uint64_t last_id = 0;
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    auto meta = std::make_shared<SegmentMeta>();
    meta->file.id = in.Varint("segment id", io::kMaxFileNumber);
    if (meta->file.id <= last_id) in.Fail("segment ids do not ascend");
    last_id = meta->file.id;
    const uint8_t form = in.U8("form (1 whole, 2 holder only)");
    meta->file.bytes = in.Varint("file bytes", base::kMaxSegmentBytes);
    meta->file.footer_digest = in.Digest("footer digest");
    meta->rows = in.Varint("rows", base::kMaxSegmentRows);
    meta->logical_bytes = in.Varint("logical bytes");
    meta->own_chunk_bytes = in.Varint("own chunk bytes", base::kMaxSegmentBytes);
    meta->digest = in.Digest("segment digest");
    DecodeUses(in, *meta);
    if (form != 1 && form != 2) in.Fail("unknown form of segment");
    if (form == 2 && !meta->uses.empty()) in.Fail("a holder only has uses");
    if (form == 1 && meta->rows == 0) in.Fail("a segment without rows");
    if (in.ok()) Insert(std::move(meta), static_cast<SegmentForm>(form), in);
  }
}

void SegmentTable::DecodeUses(FieldReader& in, SegmentMeta& meta) {
  const uint64_t count = in.Count("uses", kMinUseBytes);
  meta.uses.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t id = in.Varint("holder's segment id");
    ChunkUse use;
    use.ordinal = static_cast<uint32_t>(in.Varint("ordinal", UINT32_MAX));
    use.bytes = in.Varint("stored bytes", base::kMaxSegmentBytes);
    // A holder has no uses of its own, so references form neither chains nor rings.
    if (in.ok()) use.holder = FindHolder(id, in);
    if (in.ok()) meta.uses.push_back(std::move(use));
  }
}

void SegmentTable::Insert(std::shared_ptr<const SegmentMeta> meta, SegmentForm form,
                          FieldReader& in) {
  const uint64_t id = meta->file.id;
  Row* row = Find(id);
  if (row == nullptr) {
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), id,
                                     [](const Row& r, uint64_t wanted) { return r.id < wanted; });
    row = &*rows_.insert(at, Row{id, nullptr, nullptr});
  } else if (!SameButUses(row->whole != nullptr ? *row->whole : *row->holder, *meta)) {
    return in.Fail(base::StrCat("segment ", id, " is described in two ways"));
  }
  if (row->holder == nullptr && meta->uses.empty()) row->holder = meta;
  if (row->whole == nullptr && form == SegmentForm::kWhole) row->whole = std::move(meta);
}

SegmentTable::Row* SegmentTable::Find(uint64_t id) {
  if (hint_ + 1 < rows_.size() && rows_[hint_ + 1].id == id) return &rows_[++hint_];
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), id,
                                   [](const Row& r, uint64_t wanted) { return r.id < wanted; });
  if (at == rows_.end() || at->id != id) return nullptr;
  hint_ = static_cast<size_t>(at - rows_.begin());
  return &*at;
}

std::shared_ptr<const SegmentMeta> SegmentTable::FindWhole(uint64_t id, FieldReader& in) {
  const Row* const row = Find(id);
  if (row != nullptr && row->whole != nullptr) return row->whole;
  in.Fail(base::StrCat("segment ", id, " is listed but not described"));
  return nullptr;
}

std::shared_ptr<const SegmentMeta> SegmentTable::FindHolder(uint64_t id, FieldReader& in) {
  Row* const row = Find(id);
  if (row == nullptr) {
    in.Fail(base::StrCat("segment ", id, " is used but not described"));
    return nullptr;
  }
  if (row->holder == nullptr) row->holder = AsHolder(row->whole);
  return row->holder;
}

}  // namespace ashlar::manifest
