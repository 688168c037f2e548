// Sequence diff: whatever it finds, applying it gives the other sequence.

#include "src/store/sequence_diff.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "src/base/random.h"

namespace ashlar::store {
namespace {

using Sequence = std::vector<uint64_t>;

bool AlwaysEqual(uint64_t, uint64_t, uint64_t) { return true; }

// `from` with its edited runs replaced by those of `to`.
Sequence Applied(const Sequence& from, const Sequence& to, const std::vector<SequenceEdit>& edits) {
  Sequence result;
  uint64_t done = 0;
  for (const SequenceEdit& edit : edits) {
    result.insert(result.end(), from.begin() + done, from.begin() + edit.from_begin);
    result.insert(result.end(), to.begin() + edit.to_begin,
                  to.begin() + edit.to_begin + edit.to_size);
    done = edit.from_begin + edit.from_size;
  }
  result.insert(result.end(), from.begin() + done, from.end());
  return result;
}

uint64_t CountEdited(const std::vector<SequenceEdit>& edits) {
  uint64_t edited = 0;
  for (const SequenceEdit& edit : edits) edited += edit.from_size + edit.to_size;
  return edited;
}

Sequence RandomSequence(base::Random& random, uint64_t size, uint64_t values) {
  Sequence sequence;
  for (uint64_t i = 0; i < size; ++i) sequence.push_back(random.Uniform(values));
  return sequence;
}

void EditRandomly(base::Random& random, uint64_t values, Sequence* sequence) {
  const uint64_t edits = random.Uniform(12);
  for (uint64_t i = 0; i < edits; ++i) {
    const auto at = sequence->begin() + static_cast<int64_t>(random.Uniform(sequence->size() + 1));
    if (random.Uniform(2) == 0 || at == sequence->end()) {
      sequence->insert(at, random.Uniform(values));
    } else {
      sequence->erase(at);
    }
  }
}

TEST(SequenceDiff, ApplyingTheEditsGivesTheOtherSequence) {
  base::Random random(7);
  for (int round = 0; round < 2000; ++round) {
    const uint64_t values = 1 + random.Uniform(round % 2 == 0 ? 6 : 1000);
    const Sequence from = RandomSequence(random, random.Uniform(120), values);
    Sequence to = from;
    if (round % 5 == 0) to = RandomSequence(random, random.Uniform(120), values);
    EditRandomly(random, values, &to);
    const std::vector<SequenceEdit> edits = DiffSequences(from, to, AlwaysEqual);
    ASSERT_EQ(Applied(from, to, edits), to) << round;
    ASSERT_EQ(edits, DiffSequences(from, to, AlwaysEqual));
  }
}

TEST(SequenceDiff, EqualSequencesNeedNoEdit) {
  const Sequence same = {1, 2, 2, 3};
  EXPECT_TRUE(DiffSequences(same, same, AlwaysEqual).empty());
  EXPECT_TRUE(DiffSequences({}, {}, AlwaysEqual).empty());
}

TEST(SequenceDiff, FindsTheShortestEditsOfRepeatedElements) {
  // No element is unique, so no anchor helps.
  const Sequence from = {1, 2, 1, 2, 3, 3, 1, 2};
  const Sequence to = {2, 1, 2, 3, 1, 3, 1, 2, 1};
  EXPECT_EQ(CountEdited(DiffSequences(from, to, AlwaysEqual)), 3u);
}

TEST(SequenceDiff, KeepsMostOfALongSequenceWithScatteredChanges) {
  Sequence from;
  for (uint64_t i = 0; i < 200000; ++i) from.push_back(i * 31);
  Sequence to = from;
  for (uint64_t i = 0; i < 100; ++i) to[i * 1999] = 1000000007 + i;
  to.insert(to.begin() + 5, 77);
  to.erase(to.begin() + 150001);
  const std::vector<SequenceEdit> edits = DiffSequences(from, to, AlwaysEqual);
  EXPECT_EQ(Applied(from, to, edits), to);
  EXPECT_EQ(CountEdited(edits), 202u);
}

TEST(SequenceDiff, GivesUpMinimalityBeyondTheBoundNotTruth) {
  base::Random random(3);
  const Sequence from = RandomSequence(random, 20000, 50);
  const Sequence to = RandomSequence(random, 20000, 50);
  EXPECT_EQ(Applied(from, to, DiffSequences(from, to, AlwaysEqual)), to);
}

TEST(SequenceDiff, BelievesEqualHashesOnlyAfterComparing) {
  const Sequence same = {1, 2, 3, 4, 5};
  const auto third_differs = [](uint64_t from, uint64_t, uint64_t size) {
    return from > 2 || from + size <= 2;
  };
  const std::vector<SequenceEdit> expected = {{2, 1, 2, 1}};
  EXPECT_EQ(DiffSequences(same, same, third_differs), expected);
}

}  // namespace
}  // namespace ashlar::store
