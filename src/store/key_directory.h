// KeyDirectory: in memory, from the keys of one dataset to the segments and rows that hold them.
//
// Owns: the slots, which segments are in them, and what may be overwritten. Does not own: reading
// keys and comparing them (directory_view.h), nor which directory a dataset uses
// (key_directories.h).
//
// All versions of the dataset share it. Every row of a segment goes in, dead or alive, so that one
// entry serves all versions; once all its rows are in, the segment is *covered*: a key that the
// directory does not find is not in it. A state attaches to its segments while it is asked; rows of
// segments that no state is attached to stay as long as there is room, for old versions are asked
// again. So what an attached state has seen covered stays so, and nothing that it needs is ever
// overwritten. Numbers of segments are given once: when they are used up, or the slots worn, a
// directory is replaced by a fresh one and lives on with the states that use it.
#ifndef ASHLAR_SRC_STORE_KEY_DIRECTORY_H_
#define ASHLAR_SRC_STORE_KEY_DIRECTORY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "ashlar/stats.h"
#include "src/base/mutex.h"
#include "src/store/directory_budget.h"
#include "src/store/key_slots.h"

namespace ashlar::store {

// Safe on any thread. Who asks never waits; of those who add, one does and the others go on.
class KeyDirectory {
 public:
  enum class Room : uint8_t {
    kReady,    // rows of the segment may be added
    kBusy,     // another thread writes
    kNone,     // neither here nor by giving up what nobody is attached to
    kRefused,  // too many of its keys collide
  };
  struct Size {
    uint64_t buckets = 0;
    uint32_t segments = 0;  // numbers that it can give
  };

  // For so many rows, filled to the share that `spare` says: 1 is as full as it should get.
  [[nodiscard]] static Size SizeFor(uint64_t rows, uint64_t segments, double spare);
  // The largest size of at most so many bytes, no larger than `wanted`; no buckets: there is none.
  [[nodiscard]] static Size Fit(const Size& wanted, uint64_t bytes);
  [[nodiscard]] static uint64_t BytesOf(const Size& size);
  // Null when the budget does not have it, or the system.
  [[nodiscard]] static std::shared_ptr<KeyDirectory> Make(const Size& size,
                                                          std::shared_ptr<DirectoryBudget> budget);
  KeyDirectory(const KeyDirectory&) = delete;
  KeyDirectory& operator=(const KeyDirectory&) = delete;
  ~KeyDirectory();

  [[nodiscard]] const KeySlots& slots() const { return slots_; }
  // Rows that it takes.
  [[nodiscard]] uint64_t capacity() const { return capacity_; }
  [[nodiscard]] uint64_t room() const { return capacity_ - taken_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  // Whether it should be replaced by one of the same size.
  [[nodiscard]] bool worn() const { return worn_; }
  [[nodiscard]] bool superseded() const { return superseded_; }
  void Supersede() { superseded_ = true; }

  // The numbers of these segments, 0 where none is left, which stay theirs until Detach(). False
  // when another thread writes: then ask without the directory.
  [[nodiscard]] bool TryAttach(std::span<const uint64_t> file_ids, std::vector<uint16_t>* numbers);
  void Detach(std::span<const uint16_t> numbers);

  // In what follows `number` is that of an attached segment, or 0, which is never covered.
  [[nodiscard]] bool IsCovered(uint16_t number) const {
    return members_[number].covered.load(std::memory_order_acquire);
  }
  // Rows of the segment that are in, from the first one on.
  [[nodiscard]] uint32_t RowsIn(uint16_t number) const { return members_[number].rows_in; }
  // Makes room for all rows of the segment, at least one.
  [[nodiscard]] Room Prepare(uint16_t number, uint32_t rows);
  // Adds rows from `first` on, by the hashes of their keys, to a segment that is prepared; does
  // nothing when another thread does or has done it.
  void Add(uint16_t number, uint32_t first, std::span<const uint64_t> hashes);

  // Gets earn rows to be added, so that those who ask little do not pay for much.
  void Earn(int64_t rows);
  [[nodiscard]] bool Spend(int64_t rows);
  // After a vain attempt to find room.
  void Wait(int64_t rows) { credit_ = -rows; }

  // The file is gone for good. Says whether the directory knows no segment any more.
  bool Forget(uint64_t file_id);
  void AddTo(KeyDirectoryStats* stats);

 private:
  struct Member {
    std::atomic<uint32_t> attached{0};
    std::atomic<uint32_t> rows_in{0};
    std::atomic<bool> covered{false};
    // The writer's.
    bool refused = false;
    bool free = false;  // its slots may be overwritten
    uint32_t rows = 0;  // that room is made for
    uint64_t file_id = 0;
  };

  KeyDirectory(const Size& size, std::shared_ptr<DirectoryBudget> budget);

  [[nodiscard]] uint16_t NumberOf(uint64_t file_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveUp(Member* member) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives up the segment if no state is attached to it.
  void DropIdle(uint16_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] bool Insert(uint64_t hash, KeySlot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<DirectoryBudget> budget_;
  const uint64_t bytes_;
  KeySlots slots_;
  const uint64_t capacity_;
  std::vector<Member> members_;     // by number
  std::atomic<uint64_t> taken_{0};  // rows that room is made for
  std::atomic<int64_t> credit_{0};
  std::atomic<bool> worn_{false};
  std::atomic<bool> superseded_{false};
  base::Mutex mutex_;
  uint32_t given_ ABSL_GUARDED_BY(mutex_) = 0;  // numbers
  uint64_t added_ ABSL_GUARDED_BY(mutex_) = 0;  // rows, ever
  absl::flat_hash_map<uint64_t, uint16_t> numbers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_DIRECTORY_H_
