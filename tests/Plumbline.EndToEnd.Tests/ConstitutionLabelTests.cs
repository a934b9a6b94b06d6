using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>Labels by a server that speaks OpenAI's protocol and does what a test says.</summary>
public sealed class ConstitutionLabelTests
{
    private const int Pairs = 6;

    [Fact]
    public async Task Soft_labels_are_those_of_the_formula()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Judged);
        var file = Write(folder, server, "comparison: { clamp: [0.4, 0.6] }");

        var (code, output, error) = CommandRun.InProcess("constitution", "label", file, "--json");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(Pairs, json.RootElement.GetProperty("labelled").GetInt32());
        // Two clauses, two orders.
        Assert.Equal(4 * Pairs, json.RootElement.GetProperty("asked").GetInt32());
        var labels = LabelFile.Read(Path.Combine(folder.File("out"), "labels.jsonl")).ToList();
        for (var i = 0; i < Pairs; i++)
        {
            double Clause(string name, double place)
            {
                // ln of what the server names for the two letters: A's lead is how good its answer is, and what the place gives.
                var (first, second) = (Goodness(name, i, "good"), Goodness(name, i, "bad"));
                var (inOrder, swapped) = (Logistic(first + place - second), 1 - Logistic(second + place - first));
                var judgement = labels[i].Clauses[name];
                Assert.Equal(inOrder, judgement.InOrder, 1e-9);
                Assert.Equal(swapped, judgement.Swapped, 1e-9);
                return Math.Clamp((inOrder + swapped) / 2, 0.4, 0.6);
            }

            var expected = (Clause("honesty", Place("honesty")) + Clause("kindness", Place("kindness"))) / 2;
            Assert.Equal(expected, labels[i].Label!.Value, 1e-9);
        }

        var preferences = File.ReadAllLines(Path.Combine(folder.File("out"), "preferences.jsonl"));
        Assert.Equal(json.RootElement.GetProperty("preferences").GetInt32(), preferences.Length);
        Assert.NotEmpty(preferences);
        var row = DatasetReader.Open(new DatasetOptions(Path.Combine(folder.File("out"), "preferences.jsonl"))).ReadPreferences().First();
        var why = CommandRun.InProcess("ledger", "why", row.Id, "--in", folder.File("out"));
        Assert.True(why.Code == 0, why.Error);
        Assert.Contains("settlement: constitution small", why.Output, StringComparison.Ordinal);
        Assert.Contains("Principles weighed", why.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pairs_of_an_earlier_run_do_not_stand_for_those_of_one_that_finds_none()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Judged);
        var file = Write(folder, server, "comparison: {}");
        var preferences = Path.Combine(folder.File("out"), "preferences.jsonl");
        Assert.Equal(0, CommandRun.InProcess("constitution", "label", file).Code);
        Assert.True(File.Exists(preferences));
        var elsewhere = folder.Write("fr.yaml", "name: fr\nclauses: { a: { text: A., scope: { regions: [FR] } } }\n");

        var (code, _, error) = CommandRun.InProcess("constitution", "label", file, "--set", $"constitution={elsewhere}");

        Assert.True(code == 0, error);
        Assert.False(File.Exists(preferences));
        Assert.False(File.Exists(Path.Combine(folder.File("out"), "preferences.lineage.jsonl")));
    }

    [Fact]
    public async Task A_rationale_comes_first_where_it_is_asked_for_and_is_averaged_over()
    {
        using var folder = new TemporaryFolder();
        var rationales = 0;
        await using var server = new ModelServer(request =>
            request.Json.TryGetProperty("logprobs", out _)
                ? request.Json.GetProperty("messages").GetArrayLength() == 3
                    ? Named(request.Json.GetProperty("messages")[1].GetProperty("content").GetString() == "because 1" ? 1 : 3)
                    : Reply.Refusal(400, "no rationale")
                : Reply.Chat($"because {Interlocked.Increment(ref rationales) % 2}")
        );
        var file = Write(folder, server, "comparison: { chain_of_thought: true, samples: 2, clauses_per_pair: 1 }", parallel: 1);

        var (code, _, error) = CommandRun.InProcess("constitution", "label", file, "--set", "data.limit=1");

        Assert.True(code == 0, error);
        Assert.Equal(4, rationales);
        var judgement = Assert.Single(Assert.Single(LabelFile.Read(Path.Combine(folder.File("out"), "labels.jsonl"))).Clauses).Value;
        Assert.Equal((Logistic(1) + Logistic(3)) / 2, judgement.InOrder, 1e-9);
    }

    [Fact]
    public async Task A_model_without_log_probabilities_is_counted()
    {
        using var folder = new TemporaryFolder();
        var replies = 0;
        string[] said = ["A", "Better: B", "**B.**", "I cannot say"];
        await using var server = new ModelServer(_ => Reply.Chat(said[Interlocked.Increment(ref replies) % said.Length]));
        var file = Write(folder, server, "comparison: { method: samples, samples: 4, clauses_per_pair: 1 }", parallel: 1);

        var (code, _, error) = CommandRun.InProcess("constitution", "label", file, "--set", "data.limit=1");

        Assert.True(code == 0, error);
        var judgement = Assert.Single(Assert.Single(LabelFile.Read(Path.Combine(folder.File("out"), "labels.jsonl"))).Clauses).Value;
        // One A among the three that name a letter.
        Assert.Equal(1.0 / 3, judgement.InOrder, 1e-12);
        Assert.Equal(2.0 / 3, judgement.Swapped, 1e-12);
    }

    [Theory]
    [InlineData("stalls")]
    [InlineData("too many requests")]
    [InlineData("malformed JSON")]
    [InlineData("no log-probabilities")]
    [InlineData("half an answer")]
    public async Task A_server_that_fails_loses_nothing_and_the_run_goes_on(string failure)
    {
        using var folder = new TemporaryFolder();
        var healthy = false;
        await using var server = new ModelServer(request =>
            healthy || request.Number % 3 != 1
                ? Judged(request)
                : failure switch
                {
                    "stalls" => Judged(request) with { Before = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) },
                    "too many requests" => Reply.Refusal(429, "slow down", "3600"),
                    "malformed JSON" => new Reply("{\"choices\": [{\"logprobs\""),
                    "no log-probabilities" => Reply.Chat("A"),
                    _ => new Reply(Judged(request).Body[..40]) { CutsOff = true },
                }
        );
        var file = Write(folder, server, "comparison: {}", parallel: 1, timeout: 0.5);

        var (code, output, error) = CommandRun.InProcess("constitution", "label", file, "--json");

        Assert.Equal(1, code);
        Assert.Contains("have no labels; the same command asks for them again", error, StringComparison.Ordinal);
        using var first = JsonDocument.Parse(output);
        var asked = server.Requests.Count;
        var answered = asked - first.RootElement.GetProperty("failed").GetInt32();
        healthy = true;

        var again = CommandRun.InProcess("constitution", "label", file, "--json");

        Assert.True(again.Code == 0, again.Error);
        using var second = JsonDocument.Parse(again.Output);
        Assert.Equal(Pairs, second.RootElement.GetProperty("labelled").GetInt32());
        // What was answered once was not asked for again.
        Assert.Equal((4 * Pairs) - answered, server.Requests.Count - asked);
        var straight = CommandRun.InProcess("constitution", "label", file, "--json", "--set", $"output={folder.File("straight")}");
        Assert.True(straight.Code == 0, straight.Error);
        Assert.Equal(
            File.ReadAllText(Path.Combine(folder.File("straight"), "labels.jsonl")),
            File.ReadAllText(Path.Combine(folder.File("out"), "labels.jsonl"))
        );
    }

    [Fact]
    public async Task A_server_that_is_gone_ends_the_run_soon()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(_ => Reply.Refusal(500, "gone"));
        var file = Write(folder, server, "limits: { max_failures_in_a_row: 3, parallel: 1 }", parallel: 0);

        var (code, _, error) = CommandRun.InProcess("constitution", "label", file);

        Assert.Equal(1, code);
        Assert.Contains("failed 3 times in a row", error, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_changed_clause_is_asked_about_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Judged);
        var file = Write(folder, server, "comparison: {}");
        Assert.Equal(0, CommandRun.InProcess("constitution", "label", file).Code);
        var changed = folder.Write("new.yaml", Constitution.Replace("Be kind.", "Be kind and more so.", StringComparison.Ordinal));
        string[] diff = ["constitution", "diff", folder.File("c.yaml"), changed, "--workspace", folder.File("out")];
        var before = File.ReadAllText(Path.Combine(folder.File("out"), "labels.jsonl"));

        var told = CommandRun.InProcess([.. diff, "--json"]);
        Assert.True(told.Code == 0, told.Error);
        Assert.Equal(4 * Pairs, server.Requests.Count);
        using var preview = JsonDocument.Parse(told.Output);
        var workspace = preview.RootElement.GetProperty("workspace");
        Assert.Equal(Pairs, workspace.GetProperty("touched").GetInt32());
        Assert.Equal(0.5, workspace.GetProperty("saved").GetDouble());
        var reach = preview.RootElement.GetProperty("reach").GetProperty("kindness");
        var rows = DatasetReader
            .Open(new DatasetOptions(Path.Combine(folder.File("out"), "preferences.jsonl")))
            .Read()
            .Select(row => row.Id);
        Assert.Equal(Pairs, reach.GetProperty("items").GetArrayLength());
        Assert.Equal(rows.Order(), reach.GetProperty("training_rows").EnumerateArray().Select(row => row.GetString()!).Order());
        Assert.Equal(["Am I ugly?"], reach.GetProperty("tests").EnumerateArray().Select(test => test.GetString()!));
        Assert.Equal(before, File.ReadAllText(Path.Combine(folder.File("out"), "labels.jsonl")));

        var done = CommandRun.InProcess([.. diff, "--relabel"]);

        Assert.True(done.Code == 0, done.Error);
        Assert.Contains($"kindness: {Pairs} labels, ", done.Output, StringComparison.Ordinal);
        Assert.Matches("first +[0-9]+ before, +[0-9]+ now", done.Output);
        Assert.Equal(6 * Pairs, server.Requests.Count);
        Assert.All(server.Requests.Skip(4 * Pairs), request => Assert.Contains("and more so", request.Body, StringComparison.Ordinal));
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(folder.File("out"), "labels.jsonl")));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder.File("out"), "constitutions")).Length);
        // Under the new constitution nothing is left to do.
        Assert.Contains($"0 of {Pairs} labelled pairs are touched", CommandRun.InProcess([.. diff]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_case_is_decided_again_under_any_version_without_asking()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Judged);
        var file = Write(folder, server, "comparison: {}");
        Assert.Equal(0, CommandRun.InProcess("constitution", "label", file).Code);
        var label = LabelFile.Read(Path.Combine(folder.File("out"), "labels.jsonl")).Last();
        string[] replay = ["constitution", "replay", label.Id[..12], "--workspace", folder.File("out")];
        // Honesty becomes a duty, and decides alone.
        var duty = folder.Write("duty.yaml", Constitution.Replace("Be honest.", "Be honest., framework: duties", StringComparison.Ordinal));
        var other = folder.Write("other.yaml", Constitution.Replace("Be kind.", "Be brave.", StringComparison.Ordinal));

        var same = CommandRun.InProcess([.. replay]);
        var byDuty = CommandRun.InProcess([.. replay, "--under", duty, "--json"]);
        var unknown = CommandRun.InProcess([.. replay, "--under", other]);
        var byHash = CommandRun.InProcess([.. replay, "--under", label.Constitution[..8]]);

        Assert.True(same.Code == 0, same.Error);
        Assert.Contains("Decided the same under", same.Output, StringComparison.Ordinal);
        Assert.Equal(same.Output, byHash.Output);
        using var json = JsonDocument.Parse(byDuty.Output);
        Assert.True(json.RootElement.GetProperty("differs").GetBoolean());
        Assert.Contains("The duties agree", json.RootElement.GetProperty("trace")[1].GetString(), StringComparison.Ordinal);
        Assert.Equal(1, unknown.Code);
        Assert.Contains("the judge would have to be asked about kindness", unknown.Output, StringComparison.Ordinal);
        Assert.Equal(4 * Pairs, server.Requests.Count);
        Assert.Equal(2, CommandRun.InProcess("constitution", "replay", "nobody", "--workspace", folder.File("out")).Code);
    }

    [Theory]
    [InlineData("{ chain_of_thought: true, samples: 2, max_tokens: 6 }")]
    [InlineData("{ method: samples, samples: 3, max_tokens: 4 }")]
    [InlineData("{}")]
    public void A_model_here_judges_and_gives_the_same_labels_each_time(string comparison)
    {
        using var folder = new TemporaryFolder();
        var model = SmallPipeline.Judge(folder);
        string Labelled(string output, int parallel)
        {
            var file = folder.Write(
                $"{output}.yaml",
                $$"""
                name: here
                threads: 1
                output: {{folder.File(output)}}
                constitution: {{folder.Write("c.yaml", Constitution)}}
                data: { path: {{folder.File("pairs.jsonl")}}, limit: 4 }
                judge: { model: {{model}}, context_length: 2048 }
                comparison: {{comparison}}
                limits: { parallel: {{parallel}} }
                """
            );
            var run = CommandRun.InProcess("constitution", "label", file);
            Assert.True(run.Code == 0, run.Error);
            return File.ReadAllText(Path.Combine(folder.File(output), "labels.jsonl"));
        }

        var labels = Labelled("one", 1);

        Assert.Equal(4, labels.Split('\n').Length - 1);
        Assert.Equal(labels, Labelled("other", 3));
    }

    [Theory]
    [InlineData("label", "comparison: {}")]
    [InlineData("label", "comparison: { method: samples, samples: 2, max_tokens: 4 }")]
    [InlineData("revise", "revision: { rounds: 1, max_tokens: 4 }")]
    public void A_row_that_a_model_here_cannot_read_is_left_out_and_the_others_are_not(string command, string more)
    {
        using var folder = new TemporaryFolder();
        var model = SmallPipeline.Judge(folder);
        var rows = Enumerable
            .Range(0, 4)
            .Select(i =>
                JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"question {i}? {string.Concat(Enumerable.Repeat("word ", i is 1 or 2 ? 3000 : 1))}",
                        chosen = $"good {i}",
                        rejected = "bad",
                    }
                )
            );
        var file = folder.Write(
            "here.yaml",
            $$"""
            name: here
            threads: 1
            output: {{folder.File("out")}}
            constitution: {{folder.Write("c.yaml", Constitution)}}
            data: { path: {{folder.Write("rows.jsonl", string.Join('\n', rows) + "\n")}} }
            {{(command == "label" ? "judge" : "reviser")}}: { model: {{model}}, context_length: 2048 }
            limits: { parallel: 1, max_failures_in_a_row: 1 }
            {{more}}
            """
        );

        var (code, output, error) = CommandRun.InProcess("constitution", command, file, "--json");

        Assert.Equal(1, code);
        Assert.Contains("2 p", error, StringComparison.Ordinal);
        Assert.Contains("tokens", error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(2, json.RootElement.GetProperty(command == "label" ? "labelled" : "revised").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("failed").GetInt32());
        // Nor does it find them readable the next time.
        Assert.Equal(1, CommandRun.InProcess("constitution", command, file).Code);
    }

    [Fact]
    public async Task Where_judges_part_is_told_clause_by_clause()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Judged);
        // Turns every opinion about honesty round.
        await using var contrary = new ModelServer(request =>
            request.Body.Contains("honest", StringComparison.Ordinal)
                ? Named(request.Body.Contains("Answer A:\\ngood", StringComparison.Ordinal) ? -3 : 3)
                : Judged(request)
        );
        var one = CommandRun.InProcess("constitution", "label", Write(folder, server, "comparison: {}"));
        var other = CommandRun.InProcess(
            "constitution",
            "label",
            Write(folder, contrary, "comparison: {}"),
            "--set",
            $"output={folder.File("other")}"
        );
        Assert.Equal((0, 0), (one.Code, other.Code));

        var page = folder.File("map.html");
        var (code, output, error) = CommandRun.InProcess(
            "constitution",
            "agree",
            folder.File("out"),
            folder.File("other"),
            "--json",
            "--report",
            page
        );

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var clauses = json.RootElement.GetProperty("clauses");
        Assert.Equal(1, clauses.GetProperty("kindness").GetProperty("same_side").GetDouble());
        Assert.Equal(0, clauses.GetProperty("kindness").GetProperty("spread").GetDouble());
        Assert.True(clauses.GetProperty("honesty").GetProperty("same_side").GetDouble() < 0.5);
        Assert.True(clauses.GetProperty("honesty").GetProperty("alpha").GetDouble() < 0);
        Assert.Equal(Pairs, json.RootElement.GetProperty("disputed").GetArrayLength());
        var table = CommandRun.InProcess("constitution", "agree", folder.File("out"), folder.File("other")).Output.Split('\n');
        // The clause they part about stands first.
        Assert.StartsWith("honesty", table[1], StringComparison.Ordinal);
        var map = XDocument.Parse(File.ReadAllText(page).Replace("<!DOCTYPE html>", string.Empty, StringComparison.Ordinal));
        var cells = map.Descendants("svg").First().Descendants("text").Select(text => text.Value).ToArray();
        // The map says what the table says, in its order.
        Assert.True(Array.IndexOf(cells, "honesty") < Array.IndexOf(cells, "kindness"));
        Assert.Equal(["100 %", "1.00", "0.00"], cells.SkipWhile(text => text != "kindness").Skip(1).Take(3));
        Assert.Equal(2, CommandRun.InProcess("constitution", "agree", folder.File("out"), folder.File("nowhere")).Code);
    }

    [Fact]
    public async Task Rows_say_their_situation()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ModelServer(Judged);
        var file = Write(
            folder,
            server,
            "situation_columns: [region, audience, day]",
            constitution: Constitution + "  young: { text: Be careful., scope: { audiences: [children], regions: [EU] } }\n"
        );

        var (code, _, error) = CommandRun.InProcess("constitution", "label", file);

        Assert.True(code == 0, error);
        var labels = LabelFile.Read(Path.Combine(folder.File("out"), "labels.jsonl")).ToList();
        Assert.Equal([true, false, true, false, true, false], labels.Select(label => label.Clauses.ContainsKey("young")));
        File.WriteAllText(
            folder.File("pairs.jsonl"),
            File.ReadAllText(folder.File("pairs.jsonl")).Replace("children", "kids", StringComparison.Ordinal)
        );
        var refused = CommandRun.InProcess("constitution", "label", file);
        Assert.Equal(2, refused.Code);
        Assert.Contains("says a situation that is none", refused.Error, StringComparison.Ordinal);
    }

    private const string Constitution = """
        name: small
        clauses:
          honesty: { text: Be honest. }
          kindness: { text: Be kind., tests: [{ prompt: Am I ugly?, expect: comply }] }

        """;

    // How good an answer is by a clause, in nats; deterministic in all of them.
    private static double Goodness(string clause, int pair, string answer) =>
        answer == "good" ? (clause == "honesty" ? 0.1 : 0.02) * pair : 0.05;

    private static double Place(string clause) => clause == "honesty" ? 0.3 : -0.7;

    private static double Logistic(double value) => 1 / (1 + Math.Exp(-value));

    internal static Reply Judged(Received request)
    {
        var text = request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var clause = text.Contains("honest", StringComparison.Ordinal) ? "honesty" : "kindness";
        var pair = int.Parse(text.Split("question ")[1].Split('.')[0], CultureInfo.InvariantCulture);
        var isGood = text.Contains("Answer A:\ngood", StringComparison.Ordinal);
        var (a, b) = (Goodness(clause, pair, isGood ? "good" : "bad"), Goodness(clause, pair, isGood ? "bad" : "good"));
        return Named(a + Place(clause) - b);
    }

    // A leads by so many nats, written by two tokens; something else is likelier still.
    private static Reply Named(double lead)
    {
        var half = (-2 - Math.Log(2)).ToString("R", CultureInfo.InvariantCulture);
        var other = (-2 - lead).ToString("R", CultureInfo.InvariantCulture);
        return new Reply(
            $$$"""{"choices":[{"message":{"role":"assistant","content":"The"},"logprobs":{"content":[{"token":"The","logprob":-0.1,"top_logprobs":[{"token":"The","logprob":-0.1},{"token":"A","logprob":{{{half}}}},{"token":" A","logprob":{{{half}}}},{"token":" B","logprob":{{{other}}}},{"token":"C","logprob":-9}]}]}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"""
        );
    }

    internal static string Write(
        TemporaryFolder folder,
        ModelServer server,
        string more,
        int parallel = 2,
        double timeout = 30,
        string constitution = Constitution,
        int pairs = Pairs
    )
    {
        var rows = Enumerable
            .Range(0, pairs)
            .Select(i =>
                JsonSerializer.Serialize(
                    new
                    {
                        prompt = $"question {i}.",
                        chosen = "good",
                        rejected = "bad",
                        region = "DE",
                        audience = i % 2 == 0 ? "children" : "adults",
                        day = "2026-01-31",
                    }
                )
            );
        return folder.Write(
            "label.yaml",
            $$"""
            name: labels
            output: {{folder.File("out")}}
            constitution: {{folder.Write("c.yaml", constitution)}}
            data:
              path: {{folder.Write("pairs.jsonl", string.Join('\n', rows) + "\n")}}
            judge:
              remote:
                endpoint: {{server.Endpoint}}
                model: tiny
                timeout_seconds: {{timeout.ToString(CultureInfo.InvariantCulture)}}
                max_retries: 1
            {{(parallel == 0 ? string.Empty : $"limits: {{ parallel: {parallel}, max_failures_in_a_row: 100 }}")}}
            {{more}}
            """
        );
    }
}
