// Attaching, adding and giving up; see the header.
#include "src/store/key_directory.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"

namespace ashlar::store {
namespace {

// Of the slots, at most: beyond it too many keys stand outside of their own bucket. With three
// quarters filled one search in eight reads a second line.
constexpr double kFullest = 0.85;
// Rows added for each slot after which a directory is worn: buckets never forget how far keys went
// that once found them full.
constexpr uint64_t kWornAfter = 16;
constexpr uint64_t kMostNumbers = UINT16_MAX;
constexpr int64_t kMostSaved = 65536;
// Insertions whose buckets are asked for before the one at hand.
constexpr size_t kAhead = 16;

}  // namespace

KeyDirectory::Size KeyDirectory::SizeFor(uint64_t rows, uint64_t segments, double spare) {
  const double slots = static_cast<double>(rows) * spare / kFullest;
  const double buckets = slots / static_cast<double>(KeySlots::kSlots) + 1;
  Size size;
  size.buckets = buckets < UINT32_MAX ? static_cast<uint64_t>(buckets) : UINT32_MAX;
  // Beside those that are there, as many come as segments of few rows, one a commit, would need.
  size.segments = static_cast<uint32_t>(
      std::min(kMostNumbers, std::min(segments, kMostNumbers) * 2 + 64 + size.buckets / 8));
  return size;
}

uint64_t KeyDirectory::BytesOf(const Size& size) {
  return size.buckets * KeySlots::kBucketBytes + (uint64_t{size.segments} + 1) * sizeof(Member);
}

KeyDirectory::Size KeyDirectory::Fit(const Size& wanted, uint64_t bytes) {
  if (BytesOf(wanted) <= bytes) return wanted;
  Size size = wanted;
  // Numbers get an eighth at most: they are worth nothing without slots.
  size.segments =
      static_cast<uint32_t>(std::min<uint64_t>(size.segments, bytes / 8 / sizeof(Member)));
  const uint64_t numbers = (uint64_t{size.segments} + 1) * sizeof(Member);
  size.buckets = bytes < numbers ? 0 : (bytes - numbers) / KeySlots::kBucketBytes;
  if (size.segments == 0) size.buckets = 0;
  return size;
}

std::shared_ptr<KeyDirectory> KeyDirectory::Make(const Size& size,
                                                 std::shared_ptr<DirectoryBudget> budget) {
  ASHLAR_CHECK(size.segments <= kMostNumbers);
  if (size.buckets == 0 || !budget->Take(BytesOf(size))) return nullptr;
  std::shared_ptr<KeyDirectory> directory(new KeyDirectory(size, std::move(budget)));
  return directory->slots_.valid() ? directory : nullptr;
}

KeyDirectory::KeyDirectory(const Size& size, std::shared_ptr<DirectoryBudget> budget)
    : budget_(std::move(budget)),
      bytes_(BytesOf(size)),
      slots_(size.buckets),
      capacity_(static_cast<uint64_t>(static_cast<double>(slots_.slots()) * kFullest)),
      members_(size.segments + 1) {}

KeyDirectory::~KeyDirectory() {
  for (const Member& member : members_) ASHLAR_CHECK(member.attached == 0);
  budget_->GiveBack(bytes_);
}

uint16_t KeyDirectory::NumberOf(uint64_t file_id) {
  if (const auto found = numbers_.find(file_id); found != numbers_.end()) return found->second;
  if (given_ + 1 == members_.size()) {
    worn_ = true;
    return 0;
  }
  const auto number = static_cast<uint16_t>(++given_);
  members_[number].file_id = file_id;
  numbers_.emplace(file_id, number);
  return number;
}

bool KeyDirectory::TryAttach(std::span<const uint64_t> file_ids, std::vector<uint16_t>* numbers) {
  if (!mutex_.TryLock()) return false;
  numbers->clear();
  numbers->reserve(file_ids.size());
  for (const uint64_t id : file_ids) {
    const uint16_t number = NumberOf(id);
    // Under the mutex only: whoever gives up idle segments sees all who are attached.
    if (number != 0) members_[number].attached.fetch_add(1, std::memory_order_relaxed);
    numbers->push_back(number);
  }
  mutex_.Unlock();
  return true;
}

void KeyDirectory::Detach(std::span<const uint16_t> numbers) {
  for (const uint16_t number : numbers) {
    if (number == 0) continue;
    // What was read through the attachment was read before its slots are overwritten.
    const uint32_t before = members_[number].attached.fetch_sub(1, std::memory_order_release);
    ASHLAR_CHECK(before > 0);
  }
}

void KeyDirectory::GiveUp(Member* member) {
  ASHLAR_CHECK(!member->free);
  member->free = true;
  member->covered.store(false, std::memory_order_release);
  taken_ -= member->rows;
  member->rows = 0;
}

void KeyDirectory::DropIdle(uint16_t number) {
  Member& member = members_[number];
  if (member.attached.load(std::memory_order_acquire) != 0) return;
  // Its number is not used again: slots that bear it may be anywhere. By now the segment may have
  // another.
  const auto found = numbers_.find(member.file_id);
  if (found != numbers_.end() && found->second == number) numbers_.erase(found);
  if (!member.free) GiveUp(&member);
}

KeyDirectory::Room KeyDirectory::Prepare(uint16_t number, uint32_t rows) {
  ASHLAR_CHECK(rows > 0);
  if (number == 0) return Room::kNone;
  if (!mutex_.TryLock()) return Room::kBusy;
  Member& member = members_[number];
  ASHLAR_CHECK(member.attached != 0);
  Room answer = Room::kReady;
  if (member.refused) {
    answer = Room::kRefused;
  } else if (member.rows == 0) {
    if (rows > room()) {
      for (uint32_t other = 1; other <= given_; ++other) DropIdle(static_cast<uint16_t>(other));
    }
    if (rows > room()) {
      answer = Room::kNone;
    } else {
      member.rows = rows;
      taken_ += rows;
    }
  }
  mutex_.Unlock();
  return answer;
}

bool KeyDirectory::Insert(uint64_t hash, KeySlot slot) {
  const auto free = [this](uint16_t number) { return members_[number].free; };
  if (slots_.Insert(hash, slot, free)) return true;
  // Rows of this key in segments of old versions, most often.
  std::vector<uint16_t> in_the_way;
  slots_.ForEachInReach(hash, [&](uint16_t number) { in_the_way.push_back(number); });
  for (const uint16_t number : in_the_way) DropIdle(number);
  return slots_.Insert(hash, slot, free);
}

void KeyDirectory::Add(uint16_t number, uint32_t first, std::span<const uint64_t> hashes) {
  if (!mutex_.TryLock()) return;
  Member& member = members_[number];
  ASHLAR_CHECK(member.attached != 0);
  if (!member.refused && member.rows_in == first) {
    ASHLAR_CHECK(member.rows >= first + hashes.size());
    for (size_t i = 0; i < hashes.size() && !member.refused; ++i) {
      slots_.Prefetch(hashes[std::min(i + kAhead, hashes.size() - 1)]);
      member.refused = !Insert(hashes[i], {number, first + static_cast<uint32_t>(i)});
    }
    added_ += hashes.size();
    if (added_ / kWornAfter > slots_.slots()) worn_ = true;
    if (member.refused) {
      GiveUp(&member);  // nobody has seen it covered
    } else {
      member.rows_in = first + static_cast<uint32_t>(hashes.size());
      member.covered.store(member.rows_in == member.rows, std::memory_order_release);
    }
  }
  mutex_.Unlock();
}

void KeyDirectory::Earn(int64_t rows) {
  const int64_t credit = credit_ += rows;
  // What was saved up is not spent by one unlucky get.
  if (credit > rows + kMostSaved) credit_ = rows + kMostSaved;
}

bool KeyDirectory::Spend(int64_t rows) {
  int64_t credit = credit_;
  do {
    if (credit < rows) return false;
  } while (!credit_.compare_exchange_weak(credit, credit - rows));
  return true;
}

bool KeyDirectory::Forget(uint64_t file_id) {
  base::MutexLock lock(mutex_);
  if (const auto found = numbers_.find(file_id); found != numbers_.end()) DropIdle(found->second);
  return numbers_.empty();
}

void KeyDirectory::AddTo(KeyDirectoryStats* stats) {
  base::MutexLock lock(mutex_);
  for (uint32_t number = 1; number <= given_; ++number) {
    if (!IsCovered(static_cast<uint16_t>(number))) continue;
    ++stats->segments_covered;
    stats->keys += members_[number].rows;
  }
}

}  // namespace ashlar::store
