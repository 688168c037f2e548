// A child of fork() leaves the store that its parent has open alone.

#include "tests/io/temporary_directory.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/in_child.h"

namespace ashlar::testkit {
namespace {

class ForkTest : public ::testing::Test {
 protected:
  ForkTest() {
    Open();
    EXPECT_OK(store_->CreateDataset("d", CitySchema()));
    EXPECT_OK(ReplaceAll(*store_, "d", CityRows(0, 5000)));
    EXPECT_OK(AppendAll(*store_, "d", CityRows(5000, 10)));
  }
  void Open() {
    auto opened = Store::Open(directory_.path(), {.create_if_missing = true});
    ASSERT_OK(opened.status());
    store_ = *std::move(opened);
  }
  uint64_t Rows() { return store_->GetSnapshot().GetDataset("d")->rows(); }
  // Large rows of it are files already.
  WriteTransaction BeginLarge() {
    auto transaction = store_->BeginWrite();
    EXPECT_OK(transaction.status());
    EXPECT_OK(transaction->Replace("d", CityRows(0, 20'000, 1)));
    return *std::move(transaction);
  }

  io::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

bool Refused(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) &&
         status.ToString().find("before fork()") != std::string::npos;
}

TEST_F(ForkTest, TheChildReadsAndIsRefusedEveryWrite) {
  WriteTransaction transaction = BeginLarge();
  const int result = InChild([&] {
    if (Rows() != 5010) return 1;
    if (!Refused(store_->BeginWrite().status())) return 2;
    if (!Refused(store_->CreateDataset("e", CitySchema()))) return 3;
    if (!Refused(store_->Flush())) return 4;
    if (!Refused(store_->Tag("t", 1))) return 5;
    if (!Refused(store_->DropDataset("d"))) return 6;
    if (!Refused(store_->Expire(Retention{.count = 1}, false).status())) return 7;
    if (!Refused(store_->CollectGarbage(false).status())) return 8;
    if (!Refused(store_->Compact().status())) return 9;
    if (!Refused(store_->RebuildIndexes().status())) return 10;
    if (!Refused(transaction.Append("d", CityRows(0, 1)))) return 11;
    if (!Refused(std::move(transaction).Commit().status())) return 12;
    return Refused(store_->Close()) ? 0 : 13;
  });
  EXPECT_EQ(result, 0);
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(Rows(), 20'000u);
}

// Whatever the order in which the child lets go of them.
TEST_F(ForkTest, WhatTheChildDestroysStaysTheParents) {
  for (const bool store_first : {true, false}) {
    std::optional<WriteTransaction> transaction = BeginLarge();
    const int result = InChild([&] {
      if (store_first) store_.reset();
      if (store_first) {
        transaction.reset();
      } else {
        std::move(*transaction).Abort();
      }
      store_.reset();
      return 0;
    });
    EXPECT_EQ(result, 0);
    EXPECT_TRUE(absl::IsUnavailable(Store::Open(directory_.path()).status()));
    ASSERT_OK(std::move(*transaction).Commit());
    ASSERT_OK(AppendAll(*store_, "d", CityRows(20'000, 5)));
    EXPECT_EQ(Rows(), 20'005u);
  }
  ASSERT_OK(store_->Close());
  Open();
  EXPECT_TRUE(ReadAll(*store_->GetSnapshot().GetDataset("d"))
                  .Equals(Concatenate({CityRows(0, 20'000, 1), CityRows(20'000, 5)})));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify(true));
  EXPECT_TRUE(report.ok());
}

TEST_F(ForkTest, ATicketOfTheParentIsNotTheChildsToWaitFor) {
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  ASSERT_OK(transaction.Append("d", CityRows(5010, 3)));
  ASSERT_OK_AND_ASSIGN(CommitTicket ticket, std::move(transaction).CommitAsync());
  EXPECT_EQ(InChild([&] { return Refused(ticket.Wait().status()) ? 0 : 1; }), 0);
  ASSERT_OK(ticket.Wait());
  EXPECT_EQ(Rows(), 5013u);
}

// The child's descriptor of the lock would hold it beyond the parent's close.
TEST_F(ForkTest, AChildThatClosedHoldsNoLock) {
  int closed[2];
  int done[2];
  ASSERT_TRUE(pipe(closed) == 0 && pipe(done) == 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte = Refused(store_->Close()) ? 'y' : 'n';
    close(done[1]);
    if (write(closed[1], &byte, 1) != 1) _exit(1);
    _exit(read(done[0], &byte, 1) == 0 ? 0 : 1);  // when the parent has looked
  }
  char byte = 'n';
  EXPECT_EQ(read(closed[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  ASSERT_OK(store_->Close());
  Open();
  EXPECT_OK(AppendAll(*store_, "d", CityRows(5010, 1)));
  for (const int end : {closed[0], closed[1], done[0], done[1]}) close(end);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// A reader writes nothing: a child may close what it inherited.
TEST_F(ForkTest, AChildMayCloseItsParentsReader) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Store> reader,
                       Store::Open(directory_.path(), {.mode = AccessMode::kReadOnly}));
  EXPECT_EQ(InChild([&] { return reader->Close().ok() ? 0 : 1; }), 0);
  EXPECT_EQ(reader->GetSnapshot().GetDataset("d")->rows(), 5010u);
}

}  // namespace
}  // namespace ashlar::testkit
