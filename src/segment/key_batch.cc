// The staged search of many keys; see the header.
#include "src/segment/key_batch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "src/base/check.h"

namespace ashlar::segment {
namespace {

// Searches that go on together. A core keeps about ten memory accesses in flight; with more than
// this the first lines asked for might leave the nearest cache before they are read.
constexpr size_t kGroup = 32;
static_assert(kGroup <= KeyFilter::kMaxBatch);

// What is known of one search that the filter has let through.
struct Search {
  KeyQuestion question;
  uint64_t node = 0;               // of the fences, where there is no index
  std::optional<uint32_t> likely;  // the first row that the index offers
  CandidateRows candidates;        // of the fences
};

class Group {
 public:
  Group(std::span<const KeyLookup* const> lookups, std::span<const KeyProbe> probes,
        const KeyComparer& comparer)
      : lookups_(lookups), probes_(probes), comparer_(comparer) {}

  void Run(std::span<const KeyQuestion> questions, std::vector<KeyHit>* hits) {
    ASHLAR_CHECK(questions.size() <= kGroup);
    Filter(questions);
    for (Search& search : std::span(searches_).first(count_)) Locate(&search);
    for (const Search& search : std::span(searches_).first(count_)) Verify(search, hits);
  }

 private:
  [[nodiscard]] const KeyLookup& LookupOf(const KeyQuestion& question) const {
    return *lookups_[question.lookup];
  }

  // Leaves the searches that the filters let through, their next lines asked for.
  void Filter(std::span<const KeyQuestion> questions) {
    std::array<const std::byte*, kGroup> blocks;
    std::array<uint64_t, kGroup> hashes;
    for (size_t i = 0; i < questions.size(); ++i) {
      const KeyQuestion& question = questions[i];
      ASHLAR_CHECK(question.lookup < lookups_.size() && question.probe < probes_.size());
      hashes[i] = probes_[question.probe].hash;
      blocks[i] = LookupOf(question).views().filter.Block(hashes[i]);
      __builtin_prefetch(blocks[i]);
    }
    count_ = 0;
    uint64_t passed = KeyFilter::ProbeEach(std::span(blocks).first(questions.size()),
                                           std::span(hashes).first(questions.size()));
    for (; passed != 0; passed &= passed - 1) {
      Begin(questions[static_cast<size_t>(std::countr_zero(passed))]);
    }
  }

  void Begin(const KeyQuestion& question) {
    const KeyViews& views = LookupOf(question).views();
    const KeyProbe& probe = probes_[question.probe];
    Search& search = searches_[count_++];
    search = {.question = question, .node = 0, .likely = {}, .candidates = {}};
    if (views.index.has_value()) {
      views.index->Prefetch(probe.hash);
    } else {
      search.node = views.fences.NodeOf(probe.prefix);
    }
  }

  void Locate(Search* search) {
    const KeyLookup& lookup = LookupOf(search->question);
    const KeyProbe& probe = probes_[search->question.probe];
    if (lookup.views().index.has_value()) {
      (void)lookup.views().index->ForEachRow(probe.hash, [search](uint32_t row) {
        search->likely = row;
        return true;
      });
      if (search->likely.has_value()) comparer_.Prefetch(search->question.lookup, *search->likely);
      return;
    }
    search->candidates = lookup.views().fences.FindIn(search->node, probe.prefix);
    if (search->candidates.rows() == 0) return;
    // The row that the search compares first.
    const uint64_t row = search->candidates.first + (search->candidates.rows() - 1) / 2;
    comparer_.Prefetch(search->question.lookup, static_cast<uint32_t>(row));
  }

  void Verify(const Search& search, std::vector<KeyHit>* hits) const {
    const KeyLookup& lookup = LookupOf(search.question);
    const auto compare = [this, &search](uint32_t row) {
      return comparer_.Compare(search.question, row);
    };
    std::optional<uint32_t> row;
    if (!lookup.views().index.has_value()) {
      row = lookup.FindAmong(search.candidates, compare);
    } else if (search.likely.has_value()) {
      row = lookup.FindByIndex(probes_[search.question.probe].hash, compare);
    }
    if (row.has_value()) hits->push_back({search.question, *row});
  }

  const std::span<const KeyLookup* const> lookups_;
  const std::span<const KeyProbe> probes_;
  const KeyComparer& comparer_;
  std::array<Search, kGroup> searches_;
  size_t count_ = 0;
};

}  // namespace

void FindKeys(std::span<const KeyLookup* const> lookups, std::span<const KeyProbe> probes,
              std::span<const KeyQuestion> questions, const KeyComparer& comparer,
              std::vector<KeyHit>* hits) {
  Group group(lookups, probes, comparer);
  while (!questions.empty()) {
    const size_t count = std::min(questions.size(), kGroup);
    group.Run(questions.first(count), hits);
    questions = questions.subspan(count);
  }
}

}  // namespace ashlar::segment
