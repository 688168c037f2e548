// Batches of searches agree with searches one by one, in whatever groups they run.
#include "src/segment/key_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "tests/segment/key_testing.h"

namespace ashlar::segment {
namespace {

// Some segments with an index and some without, keys that several have and that none has.
class Segments : public KeyComparer {
 public:
  explicit Segments(size_t count) {
    base::Random random(21);
    for (size_t i = 0; i < count; ++i) {
      const KeyShape shape = kAllShapes[i % std::size(kAllShapes)];
      sets_.push_back(MakeKeys(shape, 1 + random.Uniform(3000), random));
      files_.push_back(MakeFiles());
      lookups_.push_back(*KeyLookup::Open(OpenKeyed(*files_.back(), sets_.back(), i % 2 == 0)));
    }
    for (const KeyLookup& lookup : lookups_) pointers_.push_back(&lookup);
    for (int i = 0; i < 400; ++i) {
      const KeySet& set = sets_[random.Uniform(count)];
      keys_.push_back(random.OneIn(3) ? RandomKey(KeyShape::kDense, 3000, random)
                                      : set.keys[random.Uniform(set.keys.size())]);
      probes_.push_back(ProbeOf(keys_.back()));
    }
  }

  void Prefetch(uint32_t lookup, uint32_t row) const override {
    EXPECT_LT(row, sets_[lookup].keys.size());
  }
  std::strong_ordering Compare(const KeyQuestion& question, uint32_t row) const override {
    return sets_[question.lookup].keys[row] <=> keys_[question.probe];
  }

  [[nodiscard]] std::vector<KeyHit> FindOneByOne(std::span<const KeyQuestion> questions) const {
    std::vector<KeyHit> hits;
    for (const KeyQuestion& question : questions) {
      const auto& keys = sets_[question.lookup].keys;
      const auto bound = std::ranges::lower_bound(keys, keys_[question.probe]);
      if (bound == keys.end() || *bound != keys_[question.probe]) continue;
      hits.push_back({question, static_cast<uint32_t>(bound - keys.begin())});
    }
    return hits;
  }

  std::vector<KeySet> sets_;
  std::vector<std::unique_ptr<io::MemoryFileSystem>> files_;
  std::vector<KeyLookup> lookups_;
  std::vector<const KeyLookup*> pointers_;
  std::vector<std::string> keys_;
  std::vector<KeyProbe> probes_;
};

TEST(KeyBatch, AgreesWithSearchesOneByOne) {
  const Segments segments(13);
  std::vector<KeyQuestion> questions;
  for (uint32_t probe = 0; probe < segments.probes_.size(); ++probe) {
    for (uint32_t lookup = 0; lookup < 13; ++lookup) questions.push_back({lookup, probe});
  }
  const std::vector<KeyHit> expected = segments.FindOneByOne(questions);
  EXPECT_GT(expected.size(), segments.probes_.size() / 2);
  EXPECT_LT(expected.size(), questions.size() / 2);
  std::vector<KeyHit> hits;
  FindKeys(segments.pointers_, segments.probes_, questions, segments, &hits);
  EXPECT_EQ(hits, expected);
  // Any part of a batch, whatever the groups it falls into.
  for (const size_t count : {0, 1, 31, 32, 33, 100}) {
    hits.clear();
    const auto part = std::span(questions).subspan(77, count);
    FindKeys(segments.pointers_, segments.probes_, part, segments, &hits);
    EXPECT_EQ(hits, segments.FindOneByOne(part)) << count;
  }
}

}  // namespace
}  // namespace ashlar::segment
