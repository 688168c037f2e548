// Group commit: order, durability, groups, and what becomes of commits when the disk fails.
#include "src/log/commit_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "src/base/bytes.h"
#include "tests/log/log_testing.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::log {
namespace {

using std::chrono::milliseconds;
constexpr LogDurability kSynced = {};
constexpr LogDurability kUnsynced = {.kind = LogDurability::Kind::kNone};

class CommitQueueTest : public testing::Test {
 protected:
  void Start(CommitQueueOptions options = {}, uint64_t file_bytes = 1 << 20) {
    queue_ = nullptr;
    auto log = CommitLog::Create(
        std::make_shared<testkit::FaultyFileSystem>(memory_->NewHandle(), faults_), next_log_++,
        {.file_bytes = file_bytes});
    ASSERT_TRUE(log.ok()) << log.status();
    options.apply = [this](const CommittedGroup& group) { Apply(group); };
    options.show = [this](uint64_t sequence, uint64_t) { shown_ = sequence; };
    queue_ = std::make_unique<CommitQueue>(*std::move(log), std::move(options));
  }
  CommitTicket Submit(std::string body, LogDurability durability = kSynced) {
    auto ticket = queue_->Submit({.kind = 7, .body = std::move(body), .durability = durability});
    EXPECT_TRUE(ticket.ok()) << ticket.status();
    return *ticket;
  }
  absl::Status Commit(std::string body, LogDurability durability = kSynced) {
    auto ticket = queue_->Submit({.kind = 7, .body = std::move(body), .durability = durability});
    return ticket.ok() ? queue_->Wait(*ticket) : ticket.status();
  }
  PlainRecords Stored() {
    const auto all = ReplayAll(*memory_);
    EXPECT_TRUE(all.ok()) << all.status();
    return all.ok() ? all->records : PlainRecords();
  }
  bool IsDurable() {
    const LogPosition position = queue_->position();
    return position.synced_bytes == position.written_bytes;
  }

  std::unique_ptr<io::MemoryFileSystem> memory_ = MakeFiles();
  std::shared_ptr<testkit::FaultInjector> faults_ = std::make_shared<testkit::FaultInjector>();
  uint64_t next_log_ = 1;
  PlainRecords applied_;             // The queue calls apply from one thread at a time.
  std::atomic<uint64_t> shown_ = 0;  // the last sequence
  std::function<void()> while_applying_;
  std::unique_ptr<CommitQueue> queue_;

 private:
  void Apply(const CommittedGroup& group) {
    for (const CommittedRecord& committed : group.records) {
      applied_.push_back({committed.record.sequence, committed.record.kind,
                          std::string(base::AsStringView(committed.record.body))});
      if (committed.context != nullptr) ++*static_cast<int*>(committed.context);
    }
    if (while_applying_) while_applying_();
  }
};

TEST_F(CommitQueueTest, ACommitIsDurableAppliedAndNumbered) {
  Start({.next_sequence = 41});
  ASSERT_TRUE(Commit("first").ok());
  EXPECT_TRUE(IsDurable());
  const CommitTicket ticket = Submit("second");
  EXPECT_EQ(ticket.sequence(), 42u);
  EXPECT_EQ(applied_.size(), 1u);
  ASSERT_TRUE(queue_->Wait(ticket).ok());
  ASSERT_TRUE(queue_->Wait(ticket).ok());
  const PlainRecords expected = {{41, 7, "first"}, {42, 7, "second"}};
  EXPECT_EQ(applied_, expected);
  EXPECT_EQ(Stored(), expected);
  EXPECT_EQ(queue_->stats().syncs, 2u);
  EXPECT_EQ(queue_->stats().bytes, 3 * 512u);
}

TEST_F(CommitQueueTest, BadInputIsRefused) {
  Start();
  EXPECT_TRUE(absl::IsInvalidArgument(queue_->Submit({.kind = 0, .body = "x"}).status()));
  ASSERT_TRUE(Commit("x").ok());
  EXPECT_EQ(applied_.front().sequence, 1u);
}

TEST_F(CommitQueueTest, ContextsComeAlong) {
  Start();
  auto context = std::make_shared<int>(0);
  auto ticket = queue_->Submit({.kind = 1, .body = "x", .context = context});
  ASSERT_TRUE(ticket.ok());
  EXPECT_EQ(context.use_count(), 2);
  ASSERT_TRUE(queue_->Wait(*ticket).ok());
  EXPECT_EQ(*context, 1);
  EXPECT_EQ(context.use_count(), 1);
}

TEST_F(CommitQueueTest, TicketsGatherInOneGroup) {
  Start();
  std::vector<CommitTicket> tickets;
  for (int i = 0; i < 1000; ++i) tickets.push_back(Submit(std::to_string(i)));
  EXPECT_EQ(queue_->stats().groups, 0u);
  for (const CommitTicket& ticket : tickets) ASSERT_TRUE(queue_->Wait(ticket).ok());
  EXPECT_EQ(queue_->stats().groups, 1u);
  EXPECT_EQ(queue_->stats().syncs, 1u);
  EXPECT_EQ(Stored().size(), 1000u);
  EXPECT_EQ(Stored(), applied_);
}

TEST_F(CommitQueueTest, FullGroupsAreWrittenBySubmitters) {
  Start({.max_group_bytes = 1000});
  for (int i = 0; i < 100; ++i) (void)Submit(std::string(100, 'x'));
  const CommitTicket large = Submit(std::string(5000, 'l'));
  EXPECT_GE(queue_->stats().groups, 10u);
  ASSERT_TRUE(queue_->Wait(large).ok());
  EXPECT_EQ(Stored().size(), 101u);
}

TEST_F(CommitQueueTest, WhatNobodyWaitsForIsFlushed) {
  Start();
  (void)Submit("a", kUnsynced);
  ASSERT_TRUE(queue_->Flush().ok());
  EXPECT_TRUE(IsDurable());
  EXPECT_EQ(applied_.size(), 1u);
  ASSERT_TRUE(queue_->Flush().ok());
  EXPECT_EQ(queue_->stats().syncs, 1u);
  (void)Submit("b");
  const auto seal = queue_->Close();
  ASSERT_TRUE(seal.ok()) << seal.status();
  EXPECT_EQ(*seal, (LogSeal{1, 3 * 512}));
  EXPECT_EQ(Stored().size(), 2u);
  EXPECT_TRUE(absl::IsFailedPrecondition(Commit("c")));
  EXPECT_TRUE(absl::IsFailedPrecondition(queue_->Flush()));
  EXPECT_TRUE(absl::IsFailedPrecondition(queue_->Close().status()));
  EXPECT_TRUE(queue_->SyncIfDue().ok());
}

TEST_F(CommitQueueTest, DurabilityIsTheStrictestOfTheGroup) {
  Start();
  ASSERT_TRUE(Commit("none", kUnsynced).ok());
  EXPECT_FALSE(IsDurable());
  EXPECT_EQ(applied_.size(), 1u);
  const CommitTicket none = Submit("none", kUnsynced);
  const CommitTicket sync = Submit("sync");
  ASSERT_TRUE(queue_->Wait(none).ok());
  EXPECT_TRUE(IsDurable());
  ASSERT_TRUE(queue_->Wait(sync).ok());
}

TEST_F(CommitQueueTest, IntervalsEndWithTheNextLeaderOrOnRequest) {
  base::ManualClock clock;
  Start({.clock = &clock});
  const LogDurability group = {.kind = LogDurability::Kind::kGroup, .interval = milliseconds(10)};
  ASSERT_TRUE(Commit("a", group).ok());
  EXPECT_FALSE(IsDurable());
  clock.Advance(milliseconds(9));
  ASSERT_TRUE(Commit("b", kUnsynced).ok());
  ASSERT_TRUE(queue_->SyncIfDue().ok());
  EXPECT_FALSE(IsDurable());
  clock.Advance(milliseconds(1));
  ASSERT_TRUE(Commit("c", kUnsynced).ok());
  EXPECT_TRUE(IsDurable());
  ASSERT_TRUE(Commit("d", group).ok());
  clock.Advance(milliseconds(5));
  ASSERT_TRUE(Commit("e", group).ok());  // the earlier deadline counts
  clock.Advance(milliseconds(5));
  EXPECT_FALSE(IsDurable());
  ASSERT_TRUE(queue_->SyncIfDue().ok());
  EXPECT_TRUE(IsDurable());
  EXPECT_EQ(queue_->stats().syncs, 2u);
}

TEST_F(CommitQueueTest, IntervalsEndByThemselvesWithAnExecutor) {
  const auto pool = *base::ThreadPool::Start(1);
  Start({.executor = pool.get()});
  const LogDurability group = {.kind = LogDurability::Kind::kGroup, .interval = milliseconds(2)};
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(Commit("a", group).ok());
    const auto begin = std::chrono::steady_clock::now();
    while (!IsDurable()) {
      ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  ASSERT_TRUE(
      Commit("b", {.kind = LogDurability::Kind::kGroup, .interval = std::chrono::hours(1)}).ok());
  queue_ = nullptr;  // does not wait for the hour
}

TEST_F(CommitQueueTest, FailedSyncTurnsReadOnlyAndItsOutcomeIsUnknown) {
  Start();
  ASSERT_TRUE(Commit("safe").ok());
  const CommitTicket first = Submit("doubtful", kUnsynced);
  const CommitTicket second = Submit("doubtful");
  faults_->Arm({.calls = testkit::kSyncCall, .lose_unsynced = true});
  for (const CommitTicket& ticket : {first, second}) {
    const absl::Status status = queue_->Wait(ticket);
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_NE(status.message().find("outcome unknown, the store is read-only now"),
              std::string::npos);
  }
  EXPECT_TRUE(queue_->read_only());
  const absl::Status later = Commit("later");
  EXPECT_TRUE(absl::IsFailedPrecondition(later)) << later;
  EXPECT_NE(later.message().find("read-only"), std::string::npos);
  EXPECT_FALSE(queue_->Close().ok());
  EXPECT_EQ(applied_.size(), 1u);
  EXPECT_EQ(Stored(), applied_);
}

TEST_F(CommitQueueTest, FailedSyncOfAnIntervalTurnsReadOnly) {
  base::ManualClock clock;
  Start({.clock = &clock});
  ASSERT_TRUE(Commit("a", {.kind = LogDurability::Kind::kGroup, .interval = milliseconds(1)}).ok());
  clock.Advance(milliseconds(1));
  faults_->Arm({.calls = testkit::kSyncCall});
  EXPECT_FALSE(queue_->SyncIfDue().ok());
  EXPECT_TRUE(queue_->read_only());
  EXPECT_TRUE(queue_->SyncIfDue().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Commit("later")));
}

TEST_F(CommitQueueTest, GroupThatGathersMeanwhileIsRefusedWhole) {
  Start();
  absl::StatusOr<CommitTicket> behind = absl::UnknownError("not yet");
  while_applying_ = [&] { behind = queue_->Submit({.kind = 1, .body = "behind"}); };
  ASSERT_TRUE(Commit("first").ok());
  while_applying_ = nullptr;
  ASSERT_TRUE(behind.ok());
  faults_->Arm({.calls = testkit::kWriteBlocksCall});
  EXPECT_TRUE(absl::IsDataLoss(Commit("fails")));  // leads, and takes `behind` along
  EXPECT_TRUE(absl::IsDataLoss(queue_->Wait(*behind)));
}

TEST_F(CommitQueueTest, FullDiskRefusesAndHeals) {
  Start({}, 512);  // grows
  faults_->SetByteBudget(1024);
  ASSERT_TRUE(Commit("fits").ok());
  for (int i = 0; i < 3; ++i) {
    const absl::Status refused = Commit(std::string(3000, 'x'));
    EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  }
  EXPECT_FALSE(queue_->read_only());
  EXPECT_EQ(Stored(), applied_);
  faults_->SetByteBudget(std::nullopt);
  ASSERT_TRUE(Commit(std::string(3000, 'y')).ok());
  EXPECT_EQ(applied_.size(), 2u);
  EXPECT_EQ(applied_.back().sequence, 5u);
  EXPECT_EQ(Stored(), applied_);
}

TEST_F(CommitQueueTest, ExclusiveWorkStandsBetweenCommits) {
  Start();
  const CommitTicket before = Submit("before", kUnsynced);
  uint64_t given = 0;
  uint64_t behind = 0;
  const absl::Status done = queue_->Exclusive([&](uint64_t sequence, CommitLog& log) {
    given = sequence;
    EXPECT_EQ(applied_.size(), 1u);
    std::jthread([&] { behind = Submit("behind").sequence(); }).join();
    return log.Roll();
  });
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_GT(given, before.sequence());
  EXPECT_LT(given, behind);
  EXPECT_EQ(queue_->position().number, 2u);
  ASSERT_TRUE(queue_->Wait(before).ok());
  ASSERT_TRUE(queue_->Flush().ok());
  EXPECT_EQ(Stored(), applied_);
  EXPECT_EQ(applied_.size(), 2u);
  EXPECT_TRUE(absl::IsAborted(
      queue_->Exclusive([](uint64_t, CommitLog&) { return absl::AbortedError("no"); })));
  faults_->Arm({.calls = testkit::kSyncCall});
  ASSERT_TRUE(Commit("x", kUnsynced).ok());
  EXPECT_FALSE(queue_->Exclusive([](uint64_t, CommitLog& log) { return log.Roll(); }).ok());
  EXPECT_TRUE(queue_->read_only());
}

TEST_F(CommitQueueTest, ACheckSeesAllBeforeItAndTheGroupHasOneSync) {
  Start();
  std::vector<CommitTicket> tickets;
  std::vector<size_t> seen;
  tickets.push_back(Submit("before", kUnsynced));
  for (int i = 0; i < 10; ++i) {
    const auto check = [&, i]() -> absl::Status {
      seen.push_back(applied_.size());
      EXPECT_EQ(shown_, 0u);
      return i % 3 == 1 ? absl::AbortedError("no") : absl::OkStatus();
    };
    auto ticket = queue_->Submit({.kind = 7, .body = std::to_string(i), .check = check});
    ASSERT_TRUE(ticket.ok());
    tickets.push_back(*ticket);
  }
  tickets.push_back(Submit("behind"));
  for (size_t i = 0; i < tickets.size(); ++i) {
    const absl::Status status = queue_->Wait(tickets[i]);
    EXPECT_EQ(absl::IsAborted(status), i == 2 || i == 5 || i == 8) << i << ": " << status;
  }
  EXPECT_EQ(seen, (std::vector<size_t>{1, 2, 2, 3, 4, 4, 5, 6, 6, 7}));
  EXPECT_EQ(applied_.size(), 9u);
  EXPECT_EQ(shown_, tickets.back().sequence());
  EXPECT_TRUE(IsDurable());
  EXPECT_EQ(queue_->stats().syncs, 1u);
  EXPECT_EQ(Stored(), applied_);
}

TEST_F(CommitQueueTest, WhatFailsAfterACheckedCommitIsNotShown) {
  Start();
  const auto yes = [] { return absl::OkStatus(); };
  const auto submit = [&](std::string body) {
    return *queue_->Submit({.kind = 7, .body = std::move(body), .check = yes});
  };
  EXPECT_TRUE(absl::IsInvalidArgument(queue_->Submit({.body = "x", .check = yes}).status()));
  // No space for the second: the first is kept.
  const CommitTicket first = submit("first");
  const CommitTicket second = submit("second");
  const CommitTicket third = submit("third");
  faults_->Arm({.calls = testkit::kWriteBlocksCall,
                .nth = 2,
                .forever = false,
                .status = absl::ResourceExhaustedError("injected")});
  EXPECT_TRUE(queue_->Wait(first).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(queue_->Wait(second)));
  EXPECT_TRUE(absl::IsResourceExhausted(queue_->Wait(third)));
  EXPECT_EQ(applied_.size(), 1u);
  EXPECT_TRUE(IsDurable());
  EXPECT_EQ(Stored(), applied_);
  EXPECT_TRUE(queue_->Wait(submit("fourth")).ok());
  const uint64_t shown = shown_;
  // Of a sync that fails nobody knows the outcome, not of those that are applied already either.
  const CommitTicket fifth = submit("fifth");
  const CommitTicket sixth = submit("sixth");
  faults_->Arm({.calls = testkit::kSyncCall});
  for (const CommitTicket& ticket : {fifth, sixth}) {
    const absl::Status failed = queue_->Wait(ticket);
    EXPECT_NE(failed.message().find("outcome unknown"), std::string::npos) << failed;
  }
  EXPECT_TRUE(queue_->read_only());
  EXPECT_EQ(shown_, shown);
}

// Nobody waits for it, and it is durable in time all the same.
TEST_F(CommitQueueTest, AnIntervalEndsForWhomNobodyWaits) {
  const auto pool = *base::ThreadPool::Start(1);
  Start({.executor = pool.get()});
  const LogDurability group = {.kind = LogDurability::Kind::kGroup, .interval = milliseconds(2)};
  for (int round = 0; round < 20; ++round) {
    const uint64_t sequence = Submit("a", group).sequence();
    if (round % 2 == 1) {
      ASSERT_TRUE(Commit("b").ok());  // a sync of what was gathered before
      (void)Submit("c", group);
    }
    const auto begin = std::chrono::steady_clock::now();
    const uint64_t wanted = sequence + (round % 2 == 1 ? 2 : 0);
    while (Stored().empty() || Stored().back().sequence < wanted || !IsDurable()) {
      ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
}

TEST_F(CommitQueueTest, ManyThreadsCommitInOneOrder) {
  constexpr int kThreads = 8;
  constexpr int kCommits = 300;
  const auto pool = *base::ThreadPool::Start(1);
  Start({.executor = pool.get(), .max_group_bytes = 700}, 1 << 14);
  std::atomic<int> exclusive{0};
  uint64_t last_exclusive = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        uint64_t last = 0;
        for (int i = 0; i < kCommits; ++i) {
          const LogDurability durability = {.kind = static_cast<LogDurability::Kind>((t + i) % 3),
                                            .interval = std::chrono::microseconds(300)};
          const CommitTicket ticket = Submit(std::string(i % 90, 't'), durability);
          EXPECT_GT(ticket.sequence(), last);
          last = ticket.sequence();
          EXPECT_TRUE(i % 7 == 0 || queue_->Wait(ticket).ok());
          if (i % 50 != 49) continue;
          const absl::Status done = queue_->Exclusive([&](uint64_t sequence, CommitLog& log) {
            EXPECT_GT(sequence, last_exclusive);
            last_exclusive = sequence;
            EXPECT_TRUE(applied_.empty() || applied_.back().sequence < sequence);
            ++exclusive;
            return log.Roll();
          });
          EXPECT_TRUE(done.ok()) << done;
        }
      });
    }
  }
  ASSERT_TRUE(queue_->Close().ok());
  EXPECT_EQ(exclusive, kThreads * kCommits / 50);
  ASSERT_EQ(applied_.size(), size_t{kThreads} * kCommits);
  for (size_t i = 1; i < applied_.size(); ++i) {
    ASSERT_LT(applied_[i - 1].sequence, applied_[i].sequence);
  }
  EXPECT_EQ(Stored(), applied_);
}

// Whoever was told OK finds it; whoever was refused does not.
TEST_F(CommitQueueTest, ManyThreadsAndAFailure) {
  for (const bool full : {false, true}) {
    for (uint64_t nth = 1; nth < 40; nth += 3) {
      memory_ = MakeFiles();
      next_log_ = 1;
      applied_.clear();
      Start({}, 4096);
      faults_->Arm(
          {.calls = testkit::kMutatingCalls,
           .nth = nth,
           .status = full ? absl::ResourceExhaustedError("full") : absl::DataLossError("EIO"),
           .lose_unsynced = true});
      std::mutex mutex;
      std::vector<uint64_t> acknowledged, refused;
      {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
          threads.emplace_back([&] {
            for (int i = 0; i < 30; ++i) {
              auto ticket = queue_->Submit({.kind = 1, .body = std::string(100, 'x')});
              if (!ticket.ok()) continue;
              const absl::Status status = queue_->Wait(*ticket);
              const std::lock_guard lock(mutex);
              if (status.ok()) acknowledged.push_back(ticket->sequence());
              if (absl::IsResourceExhausted(status) || absl::IsFailedPrecondition(status)) {
                refused.push_back(ticket->sequence());
              }
            }
          });
        }
      }
      faults_->Disarm();
      std::vector<uint64_t> stored;
      for (const PlainRecord& record : Stored()) stored.push_back(record.sequence);
      for (const uint64_t sequence : acknowledged) {
        EXPECT_TRUE(std::binary_search(stored.begin(), stored.end(), sequence)) << sequence;
      }
      for (const uint64_t sequence : refused) {
        EXPECT_FALSE(std::binary_search(stored.begin(), stored.end(), sequence)) << sequence;
      }
      EXPECT_EQ(applied_.size(), acknowledged.size());
      EXPECT_TRUE(queue_->read_only() || acknowledged.size() + refused.size() == 120u);
    }
  }
}

}  // namespace
}  // namespace ashlar::log
