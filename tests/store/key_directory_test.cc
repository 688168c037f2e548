// The key directory by itself: slots, coverage, room, collisions, wear, the budget, and threads.
#include "src/store/key_directory.h"

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/hash.h"
#include "src/base/random.h"
#include "src/store/key_directories.h"

namespace ashlar::store {
namespace {

using Room = KeyDirectory::Room;

bool Holds(const KeySlots& slots, uint64_t hash, uint16_t segment, uint32_t row) {
  return slots.ForEach(
      hash, [&](const KeySlot& slot) { return slot.segment == segment && slot.row == row; });
}

std::vector<uint64_t> Hashes(uint64_t seed, size_t count) {
  std::vector<uint64_t> hashes;
  for (size_t i = 0; i < count; ++i) hashes.push_back(base::Mix64(seed * 1'000'000 + i));
  return hashes;
}

std::shared_ptr<KeyDirectory> MakeFor(uint64_t rows, uint64_t segments = 8) {
  return KeyDirectory::Make(KeyDirectory::SizeFor(rows, segments, 1.0),
                            std::make_shared<DirectoryBudget>(uint64_t{1} << 30));
}

uint16_t Attach(KeyDirectory& directory, uint64_t file_id) {
  std::vector<uint16_t> numbers;
  EXPECT_TRUE(directory.TryAttach(std::vector<uint64_t>{file_id}, &numbers));
  return numbers.at(0);
}

void Detach(KeyDirectory& directory, uint16_t number) {
  directory.Detach(std::vector<uint16_t>{number});
}

void Fill(KeyDirectory& directory, uint16_t number, const std::vector<uint64_t>& hashes) {
  ASSERT_EQ(directory.Prepare(number, static_cast<uint32_t>(hashes.size())), Room::kReady);
  directory.Add(number, 0, hashes);
}

TEST(KeySlots, FindWhatWasInsertedAtAnyLoad) {
  for (const uint64_t buckets : {1, 2, 3, 50, 1000, 100'000}) {
    KeySlots slots(buckets);
    const std::vector<uint64_t> hashes = Hashes(buckets, slots.slots() * 85 / 100);
    const auto none_free = [](uint16_t) { return false; };
    for (size_t i = 0; i < hashes.size(); ++i) {
      ASSERT_TRUE(slots.Insert(hashes[i], {7, static_cast<uint32_t>(i)}, none_free)) << i;
    }
    for (size_t i = 0; i < hashes.size(); ++i) {
      EXPECT_TRUE(Holds(slots, hashes[i], 7, static_cast<uint32_t>(i)));
      EXPECT_FALSE(Holds(slots, hashes[i], 8, static_cast<uint32_t>(i)));
    }
    EXPECT_FALSE(slots.ForEach(0, [](const KeySlot& slot) { return slot.segment == 0; }));
  }
}

TEST(KeySlots, GlanceIsTheFirstOfWhatASearchVisits) {
  KeySlots slots(20);
  const auto never = [](uint16_t) { return false; };
  std::vector<uint64_t> hashes;
  size_t rows = 0;
  size_t unclear = 0;
  for (uint32_t row = 0; row < slots.slots() * 9 / 10; ++row) {
    // Few tags: slots of other keys match, too.
    const uint64_t hash = base::Mix64(row) & ~uint64_t{0xfffc};
    ASSERT_TRUE(slots.Insert(hash, {static_cast<uint16_t>(1 + row % 3), row}, never));
    hashes.push_back(hash);
    hashes.push_back(base::Mix64(~uint64_t{row}) & ~uint64_t{0xfffc});  // most likely absent
    for (const uint64_t asked : hashes) {
      std::vector<std::pair<uint16_t, uint32_t>> visited;
      (void)slots.ForEach(asked, [&](const KeySlot& slot) {
        visited.emplace_back(slot.segment, slot.row);
        return false;
      });
      KeySlot first;
      switch (slots.FindFirst(asked, &first)) {
        case KeySlots::Glance::kNone:
          ASSERT_TRUE(visited.empty());
          break;
        case KeySlots::Glance::kRow:
          if (first.segment == 0) break;  // an empty slot
          ++rows;
          ASSERT_FALSE(visited.empty());
          ASSERT_EQ(visited.front(), std::pair(first.segment, first.row));
          break;
        case KeySlots::Glance::kUnclear:
          ++unclear;
          break;
      }
    }
  }
  EXPECT_GT(rows, 1000u);
  EXPECT_GT(unclear, 10u);
}

TEST(KeySlots, RefuseWhatCollidesTooOftenAndTakeFreeSlots) {
  KeySlots slots(100);
  uint32_t row = 0;
  while (slots.Insert(42, {1, row}, [](uint16_t) { return false; })) ++row;
  EXPECT_GT(row, 100u);
  EXPECT_LE(row, (1 + KeySlots::kMaxReach) * KeySlots::kSlots);
  EXPECT_TRUE(slots.Insert(42, {2, 5}, [](uint16_t number) { return number == 1; }));
  EXPECT_TRUE(Holds(slots, 42, 2, 5));
  EXPECT_FALSE(Holds(slots, 42, 1, 0));  // its slot was taken
  EXPECT_TRUE(Holds(slots, 42, 1, row - 1));
}

TEST(KeyDirectory, CoversASegmentOnceAllItsRowsAreIn) {
  const auto directory = MakeFor(100);
  const uint16_t number = Attach(*directory, 17);
  EXPECT_NE(number, 0);
  EXPECT_EQ(Attach(*directory, 17), number);
  const std::vector<uint64_t> hashes = Hashes(1, 100);
  const std::span<const uint64_t> all(hashes);
  ASSERT_EQ(directory->Prepare(number, 100), Room::kReady);
  directory->Add(number, 0, all.first(60));
  EXPECT_EQ(directory->RowsIn(number), 60u);
  EXPECT_FALSE(directory->IsCovered(number));
  directory->Add(number, 0, all.first(60));  // another thread did it
  EXPECT_EQ(directory->RowsIn(number), 60u);
  directory->Add(number, 60, all.subspan(60));
  EXPECT_TRUE(directory->IsCovered(number));
  EXPECT_FALSE(directory->IsCovered(0));
  for (uint32_t row = 0; row < 100; ++row) {
    EXPECT_TRUE(Holds(directory->slots(), hashes[row], number, row));
  }
  KeyDirectoryStats stats;
  directory->AddTo(&stats);
  EXPECT_EQ(stats.keys, 100u);
  EXPECT_EQ(stats.segments_covered, 1u);
  Detach(*directory, number);
  Detach(*directory, number);
}

TEST(KeyDirectory, GivesUpWhatNobodyIsAttachedToWhenItNeedsRoom) {
  const auto directory = MakeFor(1000);
  const uint16_t old = Attach(*directory, 1);
  const uint16_t kept = Attach(*directory, 2);
  Fill(*directory, old, Hashes(1, 400));
  Fill(*directory, kept, Hashes(2, 400));
  Detach(*directory, old);
  EXPECT_TRUE(directory->IsCovered(old));  // there is room: an old version may be asked again
  const uint16_t fresh = Attach(*directory, 3);
  Fill(*directory, fresh, Hashes(3, 400));
  EXPECT_TRUE(directory->IsCovered(fresh));
  EXPECT_TRUE(directory->IsCovered(kept));
  EXPECT_FALSE(directory->IsCovered(old));
  for (uint32_t row = 0; row < 400; ++row) {
    EXPECT_TRUE(Holds(directory->slots(), Hashes(2, 400)[row], kept, row));
  }
  const uint16_t again = Attach(*directory, 1);
  EXPECT_NE(again, old);  // slots that bear the old number may be anywhere
  EXPECT_EQ(directory->Prepare(again, 400), Room::kNone);
  EXPECT_EQ(Attach(*directory, 1), again);  // which the search for room has not forgotten
  Detach(*directory, again);
  for (const uint16_t number : {kept, fresh, again}) Detach(*directory, number);
}

TEST(KeyDirectory, ForgetsFilesThatAreGone) {
  const auto directory = MakeFor(1000);
  const uint16_t gone = Attach(*directory, 1);
  Fill(*directory, gone, Hashes(1, 900));
  EXPECT_FALSE(directory->Forget(1));  // somebody still asks it
  EXPECT_TRUE(directory->IsCovered(gone));
  Detach(*directory, gone);
  EXPECT_TRUE(directory->Forget(1));
  EXPECT_FALSE(directory->IsCovered(gone));
  EXPECT_EQ(directory->room(), directory->capacity());
}

// One key, again and again: old rows make way, and what cannot be held is not called covered.
TEST(KeyDirectory, HoldsAHotKeyAndRefusesCollisions) {
  const auto directory = MakeFor(10'000, 1000);
  const std::vector<uint64_t> hot = {base::Mix64(99)};
  for (uint64_t file = 1; file <= 1000; ++file) {
    const uint16_t number = Attach(*directory, file);
    Fill(*directory, number, hot);
    EXPECT_TRUE(directory->IsCovered(number)) << file;
    EXPECT_TRUE(Holds(directory->slots(), hot[0], number, 0));
    Detach(*directory, number);
  }
  const uint16_t number = Attach(*directory, 5000);
  const std::vector<uint64_t> equal(300, base::Mix64(99));
  ASSERT_EQ(directory->Prepare(number, 300), Room::kReady);
  directory->Add(number, 0, equal);
  EXPECT_FALSE(directory->IsCovered(number));
  EXPECT_EQ(directory->Prepare(number, 300), Room::kRefused);
  Detach(*directory, number);
}

TEST(KeyDirectory, IsWornWhenItsNumbersAreUsedUp) {
  const auto directory = MakeFor(10, 1);
  uint64_t file = 1;
  uint16_t number = 0;
  while ((number = Attach(*directory, file++)) != 0) Detach(*directory, number);
  EXPECT_TRUE(directory->worn());
  EXPECT_GT(file, 60u);
  EXPECT_EQ(directory->Prepare(0, 1), Room::kNone);
}

TEST(KeyDirectories, KeepToTheBudgetAndGrow) {
  KeyDirectories directories;
  EXPECT_EQ(directories.Of({1, 100, 1}), nullptr);
  directories.set_limit(100'000);
  const auto small = directories.Of({.dataset = 1, .rows = 1000, .segments = 3});
  ASSERT_NE(small, nullptr);
  EXPECT_GE(small->capacity(), 1000u);
  EXPECT_EQ(directories.Of({1, 5000, 3}), small);
  const uint16_t number = Attach(*small, 7);
  // Less than is wanted, but more than there is.
  EXPECT_TRUE(directories.Replace(*small, {1, 50'000, 3}));
  EXPECT_TRUE(small->superseded());
  auto large = directories.Of({1, 50'000, 3});
  EXPECT_GT(large->capacity(), 5000u);
  EXPECT_LE(directories.Stats().bytes, 100'000u);
  EXPECT_FALSE(directories.Replace(*large, {1, 60'000, 3}));
  EXPECT_EQ(directories.Of({2, 1000, 3}), nullptr);  // nothing is left
  Detach(*small, number);
  const uint16_t other = Attach(*large, 8);
  Detach(*large, other);
  large = nullptr;
  directories.Forget(9);
  EXPECT_GT(directories.Stats().bytes, 50'000u);
  directories.Forget(8);
  EXPECT_EQ(KeyDirectories().Stats().bytes, 0u);
}

TEST(KeyDirectory, FitsAnyBudget) {
  const KeyDirectory::Size wanted = KeyDirectory::SizeFor(1'000'000, 50, 1.0);
  EXPECT_LT(KeyDirectory::BytesOf(wanted), 12'500'000u);
  for (uint64_t bytes = 0; bytes < 20'000'000; bytes = bytes * 3 / 2 + 1) {
    const KeyDirectory::Size size = KeyDirectory::Fit(wanted, bytes);
    if (size.buckets == 0) {
      EXPECT_LT(bytes, 1000u);
    } else {
      EXPECT_LE(KeyDirectory::BytesOf(size), bytes);
    }
  }
  EXPECT_EQ(KeyDirectory::Fit(wanted, UINT64_MAX).buckets, wanted.buckets);
}

// Readers that are attached to a segment find all of it while others come and go; for
// ThreadSanitizer too.
TEST(KeyDirectory, ReadersFindWhatIsCoveredWhileOthersComeAndGo) {
  constexpr size_t kRows = 200;
  const auto directory = MakeFor(kRows * 4, 4000);
  const uint16_t kept = Attach(*directory, 1);
  const std::vector<uint64_t> hashes = Hashes(1, kRows);
  Fill(*directory, kept, hashes);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> rounds{0};
  std::vector<std::thread> threads;
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      while (!stop) {
        for (uint32_t row = 0; row < kRows; ++row) {
          EXPECT_TRUE(Holds(directory->slots(), hashes[row], kept, row));
        }
        ++rounds;
      }
    });
  }
  for (uint64_t file = 2; file < 400 || rounds < 4; ++file) {
    std::vector<uint16_t> numbers;
    if (!directory->TryAttach(std::vector<uint64_t>{file}, &numbers) || numbers[0] == 0) break;
    const std::vector<uint64_t> others = Hashes(file, kRows);
    if (directory->Prepare(numbers[0], kRows) == Room::kReady)
      directory->Add(numbers[0], 0, others);
    EXPECT_TRUE(directory->IsCovered(numbers[0]) || directory->worn());
    for (uint32_t row = 0; row < kRows && directory->IsCovered(numbers[0]); ++row) {
      EXPECT_TRUE(Holds(directory->slots(), others[row], numbers[0], row));
    }
    directory->Detach(numbers);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  Detach(*directory, kept);
}

}  // namespace
}  // namespace ashlar::store
