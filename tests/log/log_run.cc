// Scenarios of the commit log. See log_run.h.
#include "tests/log/log_run.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::log {

LogRun::LogRun(const CommitLogOptions& options)
    : options_(options),
      recording_(std::make_shared<testkit::RecordingFileSystem>(MakeFiles())),
      faults_(std::make_shared<testkit::FaultInjector>()),
      faulty_(std::make_shared<testkit::FaultyFileSystem>(recording_->NewHandle(), faults_)) {
  Expect();
}

const Expectation& LogRun::At(size_t op_count) const {
  const Expectation* last = &expectations_.front();
  for (const Expectation& expectation : expectations_) {
    if (expectation.op_count <= op_count) last = &expectation;
  }
  return *last;
}

bool LogRun::Note(const absl::Status& status) {
  if (status.ok()) return true;
  if (absl::IsResourceExhausted(status)) {
    ++refused_;
  } else {
    failure_ = status;
  }
  return false;
}

void LogRun::Begin() {
  absl::StatusOr<std::unique_ptr<CommitLog>> log = CommitLog::Create(faulty_, 1, options_);
  if (log.ok()) log_ = *std::move(log);
  (void)Note(log.status());
}

void LogRun::Append(const std::vector<size_t>& body_bytes) {
  if (!Ready()) return;
  const PlainRecords records = MakeRecords(sequence_ + 1, body_bytes);
  sequence_ += records.size();
  const PlainRecords before = now_.records;
  now_.records.insert(now_.records.end(), records.begin(), records.end());
  Expect();  // From its first operation on the group may be found.
  const uint64_t log_before = log_->position().number;
  const bool appended = Note(log_->Append(Views(records)));
  if (!appended && failure_.ok()) {
    now_.records = before;
    Expect();
  }
  // A change of files made all that was before durable.
  if (log_->position().number != log_before) {
    now_.acknowledged = before.size();
    Expect();
  }
  first_of_log_.resize(log_->position().number + 1, before.size());
}

void LogRun::Sync() {
  if (!Ready() || !Note(log_->Sync())) return;
  now_.acknowledged = now_.records.size();
  Expect();
}

void LogRun::Roll() {
  if (!Ready() || !Note(log_->Roll())) return;
  now_.acknowledged = now_.records.size();
  Expect();
  first_of_log_.resize(log_->position().number + 1, now_.records.size());
}

void LogRun::DropOldLogs() {
  if (!Ready()) return;
  const uint64_t oldest = log_->position().number;
  const uint64_t dropped_from = now_.oldest_log;
  now_.oldest_log = oldest;
  now_.obsolete = oldest < first_of_log_.size() ? first_of_log_[oldest] : now_.records.size();
  Expect();
  for (uint64_t number = dropped_from; number < oldest; ++number) {
    if (!recording_->OpenForRead(io::LogName(number)).ok()) continue;
    if (!log_->OfferSpare(number)) ASHLAR_CHECK_OK(recording_->Unlink(io::LogName(number)));
  }
}

void LogRun::Reopen() {
  log_ = nullptr;
  failure_ = absl::OkStatus();
  const auto found = ReplayAll(*recording_, {.oldest_log = now_.oldest_log});
  ASHLAR_CHECK_OK(found.status());
  now_.records.resize(now_.obsolete);
  now_.records.insert(now_.records.end(), found->records.begin(), found->records.end());
  ASHLAR_CHECK(now_.records.size() >= now_.acknowledged);
  absl::StatusOr<std::unique_ptr<CommitLog>> log =
      CommitLog::Create(faulty_, found->highest_number + 1, options_);
  if (!Note(log.status())) return;
  log_ = *std::move(log);
  const uint64_t number = log_->position().number;
  bool repeated = true;
  for (const PlainRecord& record : found->records) {
    repeated = repeated && Note(log_->Append(Views({record})));
  }
  if (!repeated || !Note(log_->Sync())) {
    log_ = nullptr;  // Half of a recovery is none.
    return;
  }
  now_.acknowledged = now_.records.size();
  now_.oldest_log = number;
  Expect();
  first_of_log_.assign(log_->position().number + 1, now_.obsolete);
}

absl::Status CheckFound(io::FileSystem& files, const Expectation& expected) {
  ASSIGN_OR_RETURN(const ReplayedAll all, ReplayAll(files, {.oldest_log = expected.oldest_log}));
  const size_t count = expected.obsolete + all.records.size();
  if (count < expected.acknowledged || count > expected.records.size()) {
    return absl::InternalError(base::StrCat("found up to record ", count, " of ",
                                            expected.records.size(), ", acknowledged were ",
                                            expected.acknowledged));
  }
  for (size_t i = 0; i < all.records.size(); ++i) {
    if (all.records[i] == expected.records[expected.obsolete + i]) continue;
    return absl::InternalError(base::StrCat("record ", expected.obsolete + i, " is another one"));
  }
  return absl::OkStatus();
}

const std::vector<LogScenario>& LogScenarios() {
  static const auto* const scenarios = new std::vector<LogScenario>{
      {"Synced",
       {.file_bytes = 8192},
       [](LogRun& run) {
         run.Begin();
         for (size_t i = 0; i < 8; ++i) {
           run.Append({i * 150});
           run.Sync();
         }
       }},
      {"GroupsAndLazySyncs",
       {.file_bytes = 8192},
       [](LogRun& run) {
         run.Begin();
         for (size_t i = 0; i < 9; ++i) {
           run.Append({100, 0, i * 90});
           if (i % 3 == 2) run.Sync();
         }
       }},
      {"Rolls",
       {.file_bytes = 2048},
       [](LogRun& run) {
         run.Begin();
         for (size_t i = 0; i < 8; ++i) {
           run.Append({500});
           if (i % 2 == 0) run.Sync();
         }
         run.Roll();
         run.Append({5});
         run.Sync();
       }},
      {"Recycles",
       {.file_bytes = 2048},
       [](LogRun& run) {
         run.Begin();
         for (size_t i = 0; i < 14; ++i) {
           run.Append({20 + i});
           run.Sync();
           if (i % 4 == 3) run.DropOldLogs();
         }
       }},
      {"LargeGroupsGrow",
       {.file_bytes = 1024},
       [](LogRun& run) {
         run.Begin();
         run.Append({3000, 10});
         run.Sync();
         run.Append({10, 5000});
         run.Append({1});
         run.Sync();
       }},
      {"FullDisk",
       {.file_bytes = 2048},
       [](LogRun& run) {
         run.faults().SetByteBudget(4096);
         run.Begin();
         for (size_t i = 0; i < 8; ++i) {
           if (i == 6) run.faults().SetByteBudget(std::nullopt);
           run.Append({300 * (i % 3) + 400});
           run.Sync();
         }
       }},
      {"KilledAndReopened",
       {.file_bytes = 2048},
       [](LogRun& run) {
         run.Begin();
         for (size_t i = 0; i < 4; ++i) {
           run.Append({100});
           if (i == 1) run.Sync();
         }
         run.Reopen();
         run.Append({30});
         run.Sync();
         run.Append({40});
         run.Reopen();
         run.Append({50});
         run.Sync();
       }},
  };
  return *scenarios;
}

}  // namespace ashlar::log
