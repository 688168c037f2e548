// Opening after a writer's end, by its death or by its closing.
//
// The writer is a process of its own, so that nothing of it is left but files; its writes are
// unsynced, as they survive the death of a process. Files stay in the page cache.
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/keyed_rounds.h"
#include "bench/keyed_workloads.h"
#include "src/base/check.h"
#include "src/base/strings.h"

extern char** environ;

namespace ashlar::bench {
namespace {

constexpr uint64_t kRowsBefore = 100'000;  // of the writer, known keys
constexpr uint64_t kRowsACommit = 1000;

void RunWriter(const KeyedEngine& engine, const std::string& path, bool killed) {
  std::string program = "/proc/self/exe";
  std::string role = killed ? "--write-and-die" : "--write-and-close";
  std::string name = engine.name;
  std::string place = path;
  char* arguments[] = {program.data(), role.data(), name.data(), place.data(), nullptr};
  pid_t child = 0;
  ASHLAR_CHECK(posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) == 0);
  int status = 0;
  ASHLAR_CHECK(waitpid(child, &status, 0) == child);
  ASHLAR_CHECK(killed ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

KeyedTurn OpenAndGet(const KeyedEngine& engine, const std::string& path) {
  const TurnMeter meter;
  const std::unique_ptr<KeyedStore> store = engine.open(path, {});
  uint64_t sum = 0;
  ASHLAR_CHECK(store->NewReader()->GetNumber(KeyOfRow(0), &sum));
  KeyedTurn turn = meter.Stop(1);
  turn.latencies = {turn.wall_seconds};
  return turn;
}

}  // namespace

void WriteAndEnd(const KeyedEngine& engine, const std::string& path, bool killed) {
  const std::unique_ptr<KeyedStore> store = engine.open(path, {});
  for (const KeyedBatch& batch : MakeKeyedBatches(kWideRows, 0, kRowsBefore, kRowsACommit)) {
    store->Write(batch);
  }
  if (killed) (void)std::raise(SIGKILL);
  // Some leave their log to be replayed even so.
  store->Settle();
}

void MeasureReopen(const KeyedSetup& setup, AllFigures* figures) {
  EnsureLoaded(setup);
  for (const bool killed : {true, false}) {
    std::vector<Entrant> entrants;
    for (const KeyedEngine& engine : setup.engines) {
      entrants.push_back({engine.name, [&, killed](size_t) {
                            const std::string path = setup.LoadedPath(engine);
                            RunWriter(engine, path, killed);
                            return std::optional<KeyedTurn>(OpenAndGet(engine, path));
                          }});
    }
    const Contest contest = {
        .name = killed ? "keyed_reopen_killed" : "keyed_reopen_closed",
        .title = base::StrCat("Opening ", setup.rows, " rows and a first get, after a writer of ",
                              kRowsBefore, " rows ", killed ? "was killed" : "settled and closed"),
        .rounds = setup.rounds};
    for (Figures& figure : RunContest(contest, entrants)) figures->push_back(std::move(figure));
  }
}

}  // namespace ashlar::bench
