// CommitGroup: records that are written together, and those who wait for them.
//
// Owns: the records until they are written, and waking the waiters. Does not own: who leads
// (commit_queue.h).
//
// The bodies of a group lie in one piece of memory, which goes from group to group: a commit of one
// row allocates nothing here.
#ifndef ASHLAR_SRC_LOG_COMMIT_GROUP_H_
#define ASHLAR_SRC_LOG_COMMIT_GROUP_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/futex.h"
#include "src/log/log_codec.h"

namespace ashlar::log {

// When a commit may be acknowledged.
struct LogDurability {
  enum class Kind : uint8_t {
    kSync,   // durable
    kGroup,  // written; durable at the latest after `interval`
    kNone,   // written; durable at some time
  };
  Kind kind = Kind::kSync;
  std::chrono::nanoseconds interval{0};  // kGroup only
};

struct CommitRequest {
  uint8_t kind = 0;            // 1 to 255
  std::string_view body = {};  // at most format::kMaxBodyBytes; copied
  LogDurability durability = {};
  std::shared_ptr<void> context = nullptr;  // kept until the record was applied
  // Asked by the leader, who may be another thread, once all commits before this one are applied;
  // an error refuses this one alone. Empty: nothing stands against it.
  std::function<absl::Status()> check = nullptr;
};

// What a group gathers in; empty, it may serve another one.
struct GroupMemory {
  struct Record {
    uint64_t sequence = 0;
    size_t body_begin = 0;
    size_t body_end = 0;
    uint8_t kind = 0;
    std::shared_ptr<void> context;
    std::function<absl::Status()> check;
  };
  std::vector<Record> records;
  std::string bodies;
};

class CommitGroup {
 public:
  CommitGroup() = default;
  explicit CommitGroup(GroupMemory memory) : memory_(std::move(memory)) {
    ASHLAR_CHECK(memory_.records.empty() && memory_.bodies.empty());
  }

  // Under the queue's lock, while the group gathers. `due`: when the record must be durable; none
  // when it wants a sync, or may wait for any.
  void Add(uint64_t sequence, CommitRequest request,
           std::optional<std::chrono::nanoseconds> due = std::nullopt) {
    ASHLAR_CHECK(empty() || memory_.records.back().sequence < sequence);
    const size_t begin = memory_.bodies.size();
    memory_.bodies += request.body;
    memory_.records.push_back({sequence, begin, memory_.bodies.size(), request.kind,
                               std::move(request.context), std::move(request.check)});
    if (request.durability.kind == LogDurability::Kind::kSync) wants_sync_ = true;
    if (due.has_value()) due_ = std::min(due_.value_or(*due), *due);
  }

  // By whoever may Add(), or took the group from the queue.
  [[nodiscard]] size_t size() const { return memory_.records.size(); }
  [[nodiscard]] bool empty() const { return memory_.records.empty(); }
  [[nodiscard]] LogRecord record(size_t index) const {
    const GroupMemory::Record& record = memory_.records[index];
    const std::string_view body =
        std::string_view(memory_.bodies)
            .substr(record.body_begin, record.body_end - record.body_begin);
    return {record.sequence, record.kind, base::AsBytes(body)};
  }
  [[nodiscard]] void* context(size_t index) const { return memory_.records[index].context.get(); }
  [[nodiscard]] uint64_t bytes() const {
    return memory_.bodies.size() + memory_.records.size() * format::record::kSize;
  }
  [[nodiscard]] bool wants_sync() const { return wants_sync_; }
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due() const { return due_; }
  [[nodiscard]] bool has_check(size_t index) const {
    return memory_.records[index].check != nullptr;
  }

  // The leader's: what stands against a record, when its turn has come; and that one is not
  // written.
  [[nodiscard]] absl::Status Check(size_t index) const { return memory_.records[index].check(); }
  void Refuse(size_t index, absl::Status why) { refused_.emplace_back(index, std::move(why)); }

  // Once, by the leader. Lets go of the records and wakes all who wait, each without a lock.
  // Returns memory for another group.
  GroupMemory Finish(absl::Status status) {
    ASHLAR_CHECK(state_.Load() != kDone);
    memory_.records.clear();
    memory_.bodies.clear();
    GroupMemory memory = std::exchange(memory_, {});
    status_ = std::move(status);
    state_.Store(kDone);
    state_.WakeAll();
    return memory;
  }
  // Tells one who waits to try and lead.
  void InviteLeader() {
    if (state_.Change(kOpen, kInviting)) state_.WakeOne();
  }
  // Sleeps until the group is done or somebody is to lead it. True: done, and `*status` is that of
  // the record.
  [[nodiscard]] bool AwaitChange(size_t index, absl::Status* status) {
    while (true) {
      const uint32_t state = state_.Load();
      if (state == kDone) {
        *status = status_;
        for (const auto& [refused, why] : refused_) {
          if (refused == index) *status = why;
        }
        return true;
      }
      if (state == kInviting && state_.Change(kInviting, kOpen)) return false;
      if (state == kOpen) state_.WaitWhile(kOpen);
    }
  }
  // The group's result is there.
  [[nodiscard]] bool done() const { return state_.Load() == kDone; }

 private:
  static constexpr uint32_t kOpen = 0;
  static constexpr uint32_t kInviting = 1;  // whoever sees it first leads, or tries to
  static constexpr uint32_t kDone = 2;

  GroupMemory memory_;
  bool wants_sync_ = false;
  std::optional<std::chrono::nanoseconds> due_;
  std::vector<std::pair<size_t, absl::Status>> refused_;  // written before kDone, never again

  base::FutexWord state_{kOpen};
  absl::Status status_;  // written before kDone, never again
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_COMMIT_GROUP_H_
