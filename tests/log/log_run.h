// LogRun: a commit log driven through a scenario, with a note of what a crash must leave.
//
// Owns: the scenarios' verbs, and after each the records that may and that must be found. Does not
// own: choosing crash states or faults.
#ifndef ASHLAR_TESTS_LOG_LOG_RUN_H_
#define ASHLAR_TESTS_LOG_LOG_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/log/commit_log.h"
#include "tests/log/log_testing.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/recording_file_system.h"

namespace ashlar::log {

// From so many operations of the file system on.
struct Expectation {
  size_t op_count = 0;
  PlainRecords records;     // in order; a suffix of them may be missing,
  size_t acknowledged = 0;  // but not of the first so many
  uint64_t oldest_log = 1;  // as a manifest would say
  size_t obsolete = 0;      // the first so many stood in older logs and are not looked for
};

class LogRun {
 public:
  explicit LogRun(const CommitLogOptions& options);

  // Verbs. After a failure other than want of space all but Reopen() do nothing. Those that are
  // refused for want of space are taken out of what may be found.
  void Begin();
  void Append(const std::vector<size_t>& body_bytes);  // one group
  void Sync();
  void Roll();
  // A manifest says that logs before the current one are not needed; their files become spares.
  void DropOldLogs();
  // The process dies and another one begins: recovers, repeats what it found in a new log and goes
  // on in it.
  void Reopen();

  [[nodiscard]] const std::vector<Expectation>& expectations() const { return expectations_; }
  [[nodiscard]] const Expectation& At(size_t op_count) const;
  [[nodiscard]] testkit::OpLog ops() const { return recording_->log(); }
  [[nodiscard]] io::FileSystem& files() { return *recording_; }
  [[nodiscard]] testkit::FaultInjector& faults() { return *faults_; }
  // Not OK once a verb failed, but for want of space.
  [[nodiscard]] const absl::Status& failure() const { return failure_; }
  [[nodiscard]] size_t refused() const { return refused_; }

 private:
  [[nodiscard]] bool Ready() const { return log_ != nullptr && failure_.ok(); }
  void Expect() {
    now_.op_count = recording_->op_count();
    expectations_.push_back(now_);
  }
  // False when it failed.
  bool Note(const absl::Status& status);

  const CommitLogOptions options_;
  const std::shared_ptr<testkit::RecordingFileSystem> recording_;
  const std::shared_ptr<testkit::FaultInjector> faults_;
  const std::shared_ptr<io::FileSystem> faulty_;
  std::unique_ptr<CommitLog> log_;
  Expectation now_;
  std::vector<Expectation> expectations_;
  std::vector<uint64_t> first_of_log_;  // first_of_log_[n]: records before log n
  uint64_t sequence_ = 0;
  absl::Status failure_;
  size_t refused_ = 0;
};

// OK when the tree holds what the expectation says.
[[nodiscard]] absl::Status CheckFound(io::FileSystem& files, const Expectation& expected);

struct LogScenario {
  std::string name;
  CommitLogOptions options;
  std::function<void(LogRun&)> run;
};
[[nodiscard]] const std::vector<LogScenario>& LogScenarios();

}  // namespace ashlar::log

#endif  // ASHLAR_TESTS_LOG_LOG_RUN_H_
