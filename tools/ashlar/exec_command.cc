// `ashlar exec`: answers commands until the input ends.
//
// Each answer is printed as soon as it is there, so that a program can wait for it; a line without
// its end is not executed.
#include <memory>
#include <string>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/strings.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/exec_lines.h"
#include "tools/ashlar/exec_session.h"

namespace ashlar::tools {
namespace {

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

absl::Status AnswerLines(ExecSession& session, Console& console) {
  ExecLines lines;
  ExecLines::Line line;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, lines.Next(&line));
    if (!found) break;
    if (!line.too_long && IsBlank(line.text)) continue;
    const Json answer = line.too_long
                            ? ExecSession::ErrorAnswer(
                                  "", absl::ResourceExhaustedError(base::StrCat(
                                          "a line is longer than ", kMaxExecLineBytes, " bytes")))
                            : session.Answer(line.text);
    RETURN_IF_ERROR(console.Write(answer.ToText() + '\n'));
    RETURN_IF_ERROR(console.Flush());
  }
  if (lines.ended_inside_line()) {
    console.Note("the last line has no line end and was not executed");
  }
  if (session.in_transaction()) console.Note("the input ended: the open transaction was aborted");
  return absl::OkStatus();
}

}  // namespace

absl::Status Run(const ExecCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(command.store));
  {
    ExecSession session(*store);
    RETURN_IF_ERROR(AnswerLines(session, console));
  }
  return store->Close();
}

}  // namespace ashlar::tools
