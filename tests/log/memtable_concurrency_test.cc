// Readers during writes: each sequence is seen whole, by gets and by scans, whatever the writer
// does.
//
// The bank: accounts hold amounts whose sum never changes, and each commit moves an amount from one
// to another, or closes an account (a delete) and gives its amount away, or opens one. A reader
// that saw half a commit, a torn row or a lost version would find another sum. Build it with
// ThreadSanitizer too.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/columnar/key_codec.h"
#include "src/log/memtable.h"
#include "src/log/memtable_order.h"
#include "src/log/memtable_view.h"

namespace ashlar::log {
namespace {

constexpr int64_t kAccounts = 50;
constexpr int64_t kTotal = 1'000'000;

Schema BankSchema() {
  return Schema::Make({{"account", Utf8(), false},
                       {"amount", Int64(), false},
                       {"odd", Bool()},  // null where the amount is 0
                       {"digits", List(Int64())}})
      .value();
}

std::string AccountName(int64_t account) { return base::StrCat("account-", account); }

// What a row holds besides its amount follows from it, so that a torn row is noticed.
void AppendAccount(int64_t account, int64_t amount, RecordBatchBuilder* builder) {
  ASHLAR_CHECK_OK(builder->column(0).AppendBytes(AccountName(account)));
  ASHLAR_CHECK_OK(builder->column(1).AppendInt64(amount));
  if (amount == 0) {
    builder->column(2).AppendNull();
  } else {
    ASHLAR_CHECK_OK(builder->column(2).AppendBool(amount % 2 != 0));
  }
  for (const char digit : base::StrCat(amount)) {
    ASHLAR_CHECK_OK(builder->column(3).child(0).AppendInt64(digit));
  }
  ASHLAR_CHECK_OK(builder->column(3).AppendNested());
}

// The amount of row `row` of the columns; checks the rest of it.
int64_t AmountOf(const std::vector<Column>& columns, int64_t row) {
  const int64_t amount = columns[1].GetInt64(row);
  EXPECT_EQ(columns[2].IsNull(row), amount == 0);
  EXPECT_EQ(columns[2].GetBool(row), amount % 2 != 0);
  std::string digits;
  const auto [first, end] = columns[3].GetListRange(row);
  const Column elements = columns[3].child(0);
  for (int64_t i = first; i < end; ++i) digits += static_cast<char>(elements.GetInt64(i));
  EXPECT_EQ(digits, base::StrCat(amount));
  return amount;
}

class Bank {
 public:
  Bank()
      : codec_(columnar::KeyCodec::Make(BankSchema(), std::vector<std::string>{"account"}).value()),
        memtable_(Memtable::Make(BankSchema(), true)) {
    Commit({{0, kTotal}}, {});
  }

  // One transfer between accounts, which may close the one or open the other.
  void Transfer(base::Random& random) {
    auto from = amounts_.begin();
    std::advance(from, random.Uniform(amounts_.size()));
    const auto to = static_cast<int64_t>(random.Uniform(kAccounts));
    const int64_t payer = from->first;
    if (payer == to) return Commit({{to, from->second}}, {});
    const bool all = random.OneIn(3);
    const int64_t moved =
        all ? from->second
            : static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(from->second) + 1));
    const int64_t received = (amounts_.contains(to) ? amounts_[to] : 0) + moved;
    if (all) return Commit({{to, received}}, {payer});
    Commit({{payer, from->second - moved}, {to, received}}, {});
  }

  [[nodiscard]] uint64_t visible() const { return visible_.load(std::memory_order_acquire); }
  [[nodiscard]] Memtable& memtable() { return *memtable_; }

  void CheckScan(uint64_t sequence) const {
    const MemtableView view = memtable_->View(sequence);
    int64_t sum = 0;
    for (size_t chunk = 0; chunk < view.chunks(); ++chunk) {
      std::vector<Column> columns;
      for (size_t i = 0; i < 4; ++i) columns.push_back(view.ReadColumn(chunk, i));
      for (int64_t zone = 0; zone * 1024 < view.rows(chunk); ++zone) {
        const LiveMask mask = view.LiveRows(chunk, zone);
        for (int64_t i = 0; i < 1024; ++i) {
          if ((mask[static_cast<size_t>(i / 64)] >> (i % 64) & 1) == 0) continue;
          sum += AmountOf(columns, zone * 1024 + i);
        }
      }
    }
    ASSERT_EQ(sum, kTotal) << "at " << sequence;
  }

  void CheckGets(uint64_t sequence) const {
    int64_t sum = 0;
    for (int64_t account = 0; account < kAccounts; ++account) {
      const std::string key = AccountName(account);
      const MemtableHit hit = memtable_->Find(key, columnar::KeyHash(key), sequence);
      ASSERT_LE(hit.sequence, sequence);
      if (hit.kind != MemtableHit::Kind::kRow) continue;
      std::vector<Column> cells;
      for (size_t i = 0; i < 4; ++i) cells.push_back(memtable_->ReadCell(hit.row, i));
      ASSERT_EQ(cells[0].GetBytes(0), key);
      sum += AmountOf(cells, 0);
    }
    ASSERT_EQ(sum, kTotal) << "at " << sequence;
  }

  void CheckOrder(uint64_t sequence) const {
    const MemtableOrder order = SortMemtable(memtable_->View(sequence));
    for (size_t i = 1; i < order.keys.rows; ++i) {
      ASSERT_LT(order.keys.key(i - 1), order.keys.key(i));
    }
  }

 private:
  void Commit(const std::vector<std::pair<int64_t, int64_t>>& upserts,
              const std::vector<int64_t>& deletes) {
    std::vector<MemtableBatch> batches;
    if (!deletes.empty()) {
      std::vector<Key> keys;
      for (const int64_t account : deletes) {
        keys.emplace_back(AccountName(account));
        amounts_.erase(account);
      }
      batches.push_back({RecordBatch(), codec_.Encode(keys).value()});
    }
    RecordBatchBuilder builder(BankSchema());
    for (const auto& [account, amount] : upserts) {
      AppendAccount(account, amount, &builder);
      amounts_[account] = amount;
    }
    RecordBatch rows = builder.Finish().value();
    columnar::EncodedKeys keys = codec_.EncodeBatch(rows).value();
    batches.push_back({std::move(rows), std::move(keys)});
    const uint64_t sequence = visible_.load(std::memory_order_relaxed) + 1;
    ASHLAR_CHECK_OK(memtable_->Apply(sequence, batches));
    visible_.store(sequence, std::memory_order_release);
  }

  const columnar::KeyCodec codec_;
  const std::shared_ptr<Memtable> memtable_;
  std::map<int64_t, int64_t> amounts_;  // the writer's
  std::atomic<uint64_t> visible_{0};
};

// One round: a writer, and readers that look at the newest and at older sequences.
void RunRound(uint64_t seed, int transfers, int readers) {
  Bank bank;
  std::atomic<bool> done{false};
  std::atomic<int> looks{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < readers; ++i) {
    threads.emplace_back([&, i] {
      base::Random random(seed * 100 + static_cast<uint64_t>(i));
      const auto look = [&] {
        const uint64_t newest = bank.visible();
        const uint64_t old = 1 + random.Uniform(newest);
        bank.CheckGets(newest);
        bank.CheckGets(old);
        bank.CheckScan(random.OneIn(2) ? newest : old);
        bank.CheckOrder(newest);
        looks.fetch_add(1, std::memory_order_relaxed);
      };
      while (!done.load(std::memory_order_acquire) && !testing::Test::HasFatalFailure()) look();
      look();
    });
  }
  base::Random random(seed);
  for (int i = 0; i < transfers; ++i) {
    bank.Transfer(random);
    if (random.OneIn(50)) std::this_thread::yield();
  }
  bank.memtable().Seal();
  done.store(true, std::memory_order_release);
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(looks.load(), readers);
}

TEST(MemtableConcurrency, EachSequenceIsSeenWhole) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(base::StrCat("seed ", seed));
    RunRound(seed, seed <= 9 ? 300 : 6000, 3);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace ashlar::log
