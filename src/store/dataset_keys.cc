// Searching segments; see the header.
#include "src/store/dataset_keys.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/segment/key_batch.h"
#include "src/store/key_options.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {
namespace {

// Keys of one round of FindAll(): what is known of them stays in the cache.
constexpr size_t kKeysAtOnce = 1024;

class Comparer final : public segment::KeyComparer {
 public:
  Comparer(const std::vector<const SegmentKeys*>& segments, const columnar::EncodedKeys& keys,
           std::span<const uint32_t> asked)
      : segments_(segments), keys_(keys), asked_(asked) {}

  void Prefetch(uint32_t lookup, uint32_t row) const override {
    segments_[lookup]->columns().Prefetch(row);
  }
  std::strong_ordering Compare(const segment::KeyQuestion& question, uint32_t row) const override {
    return segments_[question.lookup]->columns().Compare(row, keys_.key(asked_[question.probe]));
  }

 private:
  const std::vector<const SegmentKeys*>& segments_;
  const columnar::EncodedKeys& keys_;
  const std::span<const uint32_t> asked_;
};

// The first column that is no part of the key: who asks by key reads others.
size_t FirstValue(const manifest::DatasetState& state) {
  for (size_t field = 0; field < state.schema.size(); ++field) {
    if (std::ranges::find(state.key, state.schema.field(field).id) == state.key.end()) return field;
  }
  return 0;
}

}  // namespace

// The segments that are searched for a batch of keys, and which of them for which.
struct DatasetKeys::Questions {
  void Add(uint32_t position, const SegmentKeys* open) {
    positions.push_back(position);
    segments.push_back(open);
    lookups.push_back(&open->lookup());
  }
  std::vector<uint32_t> positions;
  std::vector<const SegmentKeys*> segments;
  std::vector<const segment::KeyLookup*> lookups;
  std::vector<segment::KeyQuestion> all;
};

columnar::KeyCodec KeyCodecOf(const manifest::DatasetState& state) {
  ASHLAR_CHECK(state.is_keyed());
  absl::StatusOr<columnar::KeyCodec> codec =
      columnar::KeyCodec::Make(state.schema, FieldNames(state.schema, state.key));
  ASHLAR_CHECK_OK(codec.status());
  return *std::move(codec);
}

DatasetKeys::DatasetKeys(std::shared_ptr<const manifest::DatasetState> state, SegmentCache& cache,
                         bool lasting)
    : state_(std::move(state)),
      cache_(cache),
      codec_(KeyCodecOf(*state_)),
      columns_(state_, cache),
      open_(state_->segments.size()),
      owned_keys_(state_->segments.size()),
      owned_rows_(state_->segments.size()),
      quick_(state_->segments.size()),
      lasting_(lasting),
      sieves_(*state_) {
  for (size_t i = 0; i < open_.size(); ++i) open_[i].dead = state_->segments[i].dead.get();
}

absl::StatusOr<const SegmentKeys*> DatasetKeys::OpenSegment(size_t position) const {
  ASHLAR_CHECK(position < open_.size());
  std::atomic<const SegmentKeys*>& open = open_[position].keys;
  if (const SegmentKeys* const keys = open.load(std::memory_order_acquire)) return keys;
  ASSIGN_OR_RETURN(std::shared_ptr<const SegmentKeys> keys,
                   cache_.OpenKeys(state_->segments[position].meta, codec_.fields()));
  base::MutexLock lock(mutex_);
  if (owned_keys_[position] == nullptr) owned_keys_[position] = std::move(keys);
  open.store(owned_keys_[position].get(), std::memory_order_release);
  MakeKnown(position);
  return owned_keys_[position].get();
}

absl::StatusOr<const RowSource*> DatasetKeys::ReadRows(size_t position) const {
  std::vector<Column> columns;
  for (size_t field = 0; field < state_->schema.size(); ++field) {
    ASSIGN_OR_RETURN(const Column* const column, columns_.Open(position, field));
    columns.push_back(*column);
  }
  ASSIGN_OR_RETURN(RecordBatch rows, RecordBatch::Make(state_->schema, std::move(columns)));
  base::MutexLock lock(mutex_);
  std::shared_ptr<const RowSource>& place = owned_rows_[position];
  if (place == nullptr) place = RowSource::Make(std::move(rows), FirstValue(*state_));
  open_[position].rows.store(place.get(), std::memory_order_release);
  MakeKnown(position);
  return place.get();
}

void DatasetKeys::MakeKnown(size_t position) const {
  const RowSource* const rows = owned_rows_[position].get();
  const SegmentKeys* const keys = owned_keys_[position].get();
  if (rows == nullptr || keys == nullptr || keys->columns().plain() == nullptr) return;
  std::unique_ptr<const QuickSegment>& quick = quick_[position];
  if (quick == nullptr) {
    quick = std::make_unique<const QuickSegment>(
        QuickSegment{.rows = rows,
                     .keys = keys->columns().plain(),
                     .ahead = rows->ahead(),
                     .alive = AliveBits(open_[position].dead)});
  }
  open_[position].quick.store(quick.get(), std::memory_order_release);
  for (const auto& view : views_) view->MakeKnown(position, quick.get());
}

const SegmentOrder& DatasetKeys::order() const {
  if (const SegmentOrder* const order = order_.load(std::memory_order_acquire)) return *order;
  base::MutexLock lock(mutex_);
  if (owned_order_ == nullptr) {
    owned_order_ = std::make_unique<const SegmentOrder>(state_->segments);
    order_.store(owned_order_.get(), std::memory_order_release);
  }
  return *owned_order_;
}

absl::StatusOr<std::optional<RowLocation>> DatasetKeys::Find(std::string_view key,
                                                             uint64_t hash) const {
  const DirectoryView* const view = ViewFor(1);
  size_t filters = 0;
  if (view == nullptr) {
    if (sieves_.IsComplete()) return FindBySieves(key, hash);
    ASSIGN_OR_RETURN(const auto row, FindInSegments(key, hash, nullptr, &filters));
    BuildSieves(filters, 1);
    return row;
  }
  const bool complete = view->IsComplete();
  ASSIGN_OR_RETURN(std::optional<RowLocation> found, FindInDirectory(*view, key, hash));
  if (complete || found.has_value()) return found;
  ASSIGN_OR_RETURN(found, FindInSegments(key, hash, view, &filters));
  // A segment that was passed over as covered may have become so after the directory was asked.
  if (!found.has_value()) {
    ASSIGN_OR_RETURN(found, FindInDirectory(*view, key, hash));
  }
  // Where key ranges tell all, a directory would save nothing.
  Build(*view, std::min<size_t>(filters, 1));
  return found;
}

absl::StatusOr<std::vector<std::optional<RowLocation>>> DatasetKeys::FindAll(
    const columnar::EncodedKeys& keys) const {
  Places found(keys.rows);
  std::vector<uint32_t> missed;
  std::vector<uint32_t> uncovered;
  const DirectoryView* const view = ViewFor(keys.rows);
  if (view != nullptr) {
    // In this order: what is covered by now is covered when the directory is asked.
    if (!view->IsComplete()) uncovered = view->Uncovered();
    RETURN_IF_ERROR(FindAllInDirectory(*view, keys, &found, &missed));
  } else {
    uncovered.resize(state_->segments.size());
    std::iota(uncovered.begin(), uncovered.end(), 0);
    missed.resize(keys.rows);
    std::iota(missed.begin(), missed.end(), 0);
  }
  size_t filters = 0;
  const bool sieved = view == nullptr && sieves_.IsComplete();
  for (size_t begin = 0; begin < missed.size() && !uncovered.empty(); begin += kKeysAtOnce) {
    const std::span<const uint32_t> some =
        std::span(missed).subspan(begin, std::min(kKeysAtOnce, missed.size() - begin));
    Questions questions;
    if (sieved) {
      AskSieves(keys, some, &questions);
    } else {
      RETURN_IF_ERROR(AskRanges(keys, some, uncovered, &questions));
    }
    const size_t asked = FindInto(keys, some, questions, &found);
    filters += asked;
  }
  if (view == nullptr) BuildSieves(filters, keys.rows);
  if (view != nullptr && !view->IsComplete()) Build(*view, std::min(filters, missed.size()));
  return found;
}

absl::Status DatasetKeys::AskRanges(const columnar::EncodedKeys& keys,
                                    std::span<const uint32_t> asked,
                                    std::span<const uint32_t> positions,
                                    Questions* questions) const {
  const PrefixRanges& ranges = prefix_ranges();
  for (const uint32_t position : positions) {
    const size_t before = questions->all.size();
    const auto lookup = static_cast<uint32_t>(questions->segments.size());
    for (size_t i = 0; i < asked.size(); ++i) {
      const uint32_t key = asked[i];
      if (!ranges.MayContain(position, keys.prefixes[key], keys.key(key))) continue;
      questions->all.push_back({lookup, static_cast<uint32_t>(i)});
    }
    if (questions->all.size() == before) continue;
    ASSIGN_OR_RETURN(const SegmentKeys* const open, OpenSegment(position));
    questions->Add(position, open);
  }
  return absl::OkStatus();
}

void DatasetKeys::AskSieves(const columnar::EncodedKeys& keys, std::span<const uint32_t> asked,
                            Questions* questions) const {
  constexpr size_t kAhead = 16;
  std::vector<uint32_t> lookups(open_.size());  // by position, from 1; 0: not yet
  for (size_t i = 0; i < asked.size(); ++i) {
    if (i + kAhead < asked.size()) sieves_.Prefetch(keys.hashes[asked[i + kAhead]]);
    sieves_.ForEachCandidate(keys.hashes[asked[i]], [&](uint32_t position, bool) {
      if (lookups[position] == 0) {
        const SegmentKeys* const open = open_[position].keys.load(std::memory_order_acquire);
        ASHLAR_CHECK(open != nullptr);  // whoever filled the sieve has opened them
        questions->Add(position, open);
        lookups[position] = static_cast<uint32_t>(questions->positions.size());
      }
      questions->all.push_back({lookups[position] - 1, static_cast<uint32_t>(i)});
      return false;
    });
  }
}

size_t DatasetKeys::FindInto(const columnar::EncodedKeys& keys, std::span<const uint32_t> asked,
                             const Questions& questions, Places* found) const {
  std::vector<segment::KeyProbe> probes;
  for (const uint32_t i : asked) probes.push_back({keys.hashes[i], keys.prefixes[i]});
  std::vector<segment::KeyHit> hits;
  segment::FindKeys(questions.lookups, probes, questions.all,
                    Comparer(questions.segments, keys, asked), &hits);
  for (const segment::KeyHit& hit : hits) {
    const RowLocation at{questions.positions[hit.question.lookup], hit.row};
    if (!IsAlive(at)) continue;
    std::optional<RowLocation>& place = (*found)[asked[hit.question.probe]];
    ASHLAR_CHECK(!place.has_value());  // one live row a key
    place = at;
  }
  return questions.all.size();
}

void DatasetKeys::BuildSieves(size_t filters, size_t keys) const {
  // Where key ranges tell nearly all, sieves would save little; and directories tell more.
  constexpr size_t kFewFilters = 2;
  if (!lasting_ || filters <= kFewFilters * keys || cache_.directories().enabled()) return;
  sieves_.Build(filters - kFewFilters * keys, codec_,
                [this](size_t position) { return OpenSegment(position); });
}

}  // namespace ashlar::store
