using System.Text.Json;
using Plumbline.Data;
using Plumbline.Lineage;
using Plumbline.Testing;
using Plumbline.Testing.Torch;

namespace Plumbline.EndToEnd.Tests.Conversing;

public sealed class GenerateTests
{
    [Fact]
    [NoTensorLeaks]
    public void Prompts_of_all_sources_are_answered_in_order_as_a_data_set_that_reads_back()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModelFolder.Write(folder);
        var input = folder.Write(
            "prompts.jsonl",
            "{\"prompt\": \"the dog\"}\n{\"prompt\": [{\"role\": \"user\", \"content\": \"sat\"}]}\n"
        );
        var output = folder.File("answers.jsonl");
        string[] arguments =
        [
            "generate",
            "--model",
            model,
            "--prompt",
            "the \"cat\": [1]",
            "--prompt",
            "mat",
            "--system",
            "Be brief.",
            "--out",
            output,
            "--seed",
            "7",
            "--set",
            "sampling.max_new_tokens=5",
            "--set",
            "answers=2",
            "--set",
            "batch=3",
        ];
        var (code, shown, error) = CommandRun.InProcess([.. arguments, "--json"]);
        Assert.True(code == 0, error);
        using var summary = JsonDocument.Parse(shown);
        Assert.Equal(4, summary.RootElement.GetProperty("answers").GetInt32());
        Assert.Equal("tiny-model", summary.RootElement.GetProperty("model").GetString());
        // The cache is as large as the longest prompt with its answer, and said before the first one.
        Assert.Matches("3 sequences of at most [1-9][0-9] tokens at a time", error);
        var rows = DatasetReader.Open(new DatasetOptions(output)).ReadPromptCompletions().ToList();
        Assert.Equal(["the \"cat\": [1]", "the \"cat\": [1]", "mat", "mat"], rows.Select(row => row.Prompt.Messages![^1].Text));
        Assert.All(rows, row => Assert.Equal("Be brief.", row.Prompt.Messages![0].Text));
        Assert.NotEqual(rows[0].Completion, rows[1].Completion);
        var lines = File.ReadAllLines(output);
        Assert.All(lines, line => Assert.InRange(JsonDocument.Parse(line).RootElement.GetProperty("completion_tokens").GetInt32(), 1, 5));

        // The same seed says the same, whatever else is asked beside it; a data set's prompts come in its order.
        var again = folder.File("again.jsonl");
        Assert.Equal(0, CommandRun.InProcess([.. arguments, "--set", $"output={again}", "--set", "batch=1"]).Code);
        Assert.Equal(lines, File.ReadAllLines(again));
        var (inputCode, rowsShown, _) = CommandRun.InProcess(
            "generate",
            "--model",
            model,
            "--input",
            input,
            "--set",
            "sampling.max_new_tokens=3"
        );
        Assert.Equal(0, inputCode);
        Assert.Equal(
            ["the dog", "sat"],
            rowsShown
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line.StartsWith('{'))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("prompt")[0].GetProperty("content").GetString()!)
        );
    }

    [Fact]
    [NoTensorLeaks]
    public void An_answer_is_walked_back_to_its_model_and_to_what_was_asked()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModelFolder.Write(folder);
        var input = folder.Write("prompts.jsonl", "{\"prompt\": \"the dog\"}\n{\"prompt\": \"the cat\"}\n");
        var (output, kept) = (folder.File("answers.jsonl"), folder.File("kept"));
        string[] arguments =
        [
            "generate",
            "--model",
            model,
            "--input",
            input,
            "--out",
            output,
            "--ledger",
            kept,
            "--set",
            "sampling.max_new_tokens=5",
        ];

        var (code, _, error) = CommandRun.InProcess(arguments);

        Assert.True(code == 0, error);
        var why = CommandRun.InProcess("ledger", "why", $"{output}:2", "--in", kept, "--json");
        Assert.True(why.Code == 0, why.Error);
        using var json = JsonDocument.Parse(why.Output);
        var row = DatasetReader.Open(new DatasetOptions(output)).ReadPromptCompletions().ElementAt(1);
        Assert.Equal(row.Id, json.RootElement.GetProperty("id").GetString());
        var from = json.RootElement.GetProperty("from").EnumerateArray().ToDictionary(step => step.GetProperty("role").GetString()!);
        Assert.Equal(["prompt", "answer", "in"], from.Keys);
        Assert.Contains("the cat", from["prompt"].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("prompts.jsonl", from["prompt"].GetProperty("name").GetString());
        Assert.Equal(ArtifactId.OfFolder(model), from["answer"].GetProperty("id").GetString());
        Assert.Equal(ArtifactId.OfFile(output), from["in"].GetProperty("id").GetString());
        Assert.Equal(0, CommandRun.InProcess("ledger", "verify", kept).Code);

        // Prompts of the command line, and a line on which no row begins.
        var given = folder.File("given.jsonl");
        var other = CommandRun.InProcess("generate", "--model", model, "--prompt", "mat", "--out", given, "--ledger", kept);
        Assert.True(other.Code == 0, other.Error);
        Assert.Equal(
            ["model", "data", "answers", "data", "answers"],
            Ledger.Open(kept, TimeProvider.System).Entries.Select(entry => entry.Artifact.Kind)
        );
        Assert.Contains("mat", CommandRun.InProcess("ledger", "why", $"{given}:1", "--in", kept).Output, StringComparison.Ordinal);
        var none = CommandRun.InProcess("ledger", "why", $"{given}:7", "--in", kept);
        Assert.Equal(2, none.Code);
        Assert.Contains("No row that can be read begins on this line", none.Error, StringComparison.Ordinal);

        // Nothing is asked where nothing could be written down.
        var lost = CommandRun.InProcess("generate", "--model", model, "--prompt", "mat", "--ledger", kept);
        Assert.Equal(2, lost.Code);
        Assert.Contains("--out", lost.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_model_goes_on_with_the_bare_prompt_and_lines_of_a_text_file_are_prompts()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModelFolder.Write(folder);
        var yaml = folder.Write(
            "generate.yaml",
            $$"""
            model: {{model}}
            raw: true
            input: { path: {{folder.Write("prompts.txt", "the cat\n\nthe dog\n")}} }
            sampling: { max_new_tokens: 4, temperature: 0 }
            """
        );
        var (code, output, error) = CommandRun.InProcess("generate", yaml, "--json");
        Assert.True(code == 0, error);
        var rows = JsonDocument.Parse(output).RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(2, rows.Count);
        // "the cat" without any template around it.
        Assert.InRange(rows[0].GetProperty("prompt_tokens").GetInt32(), 1, 7);
    }

    [Fact]
    public async Task A_remote_model_answers_with_its_cost_counted()
    {
        await using var server = new ModelServer(request =>
            Reply.Chat("to " + request.Json.GetProperty("messages")[0].GetProperty("content").GetString())
        );
        var (code, output, error) = CommandRun.InProcess(
            "generate",
            "--endpoint",
            server.Endpoint,
            "--remote-model",
            "tiny",
            "--prompt",
            "a",
            "--prompt",
            "b",
            "--set",
            "remote.prompt_price_per_million=1000000",
            "--set",
            "sampling.min_p=0.5",
            "--json"
        );
        Assert.True(code == 0, error);
        var root = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ["to a", "to b"],
            root.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("completion")[0].GetProperty("content").GetString()!)
        );
        Assert.Equal(14, root.GetProperty("cost").GetDouble());
        Assert.Equal(0.5, server.Requests[0].Json.GetProperty("min_p").GetDouble());
        Assert.NotEqual(server.Requests[0].Json.GetProperty("seed").GetInt64(), server.Requests[1].Json.GetProperty("seed").GetInt64());
    }

    [Fact]
    public async Task A_remote_model_that_refuses_ends_the_command_with_its_reason()
    {
        await using var server = new ModelServer(_ => Reply.Refusal(400, "no such sampling"));
        var (code, _, error) = CommandRun.InProcess("generate", "--endpoint", server.Endpoint, "--remote-model", "tiny", "--prompt", "a");
        Assert.Equal(1, code);
        Assert.Contains("no such sampling", error, StringComparison.Ordinal);
    }

    public static TheoryData<string[], string> Wrong =>
        new()
        {
            { ["--prompt", "a"], "--model" },
            { ["--model", "/nowhere"], "--prompt" },
            { ["--model", "/nowhere", "--prompt", "a"], "/nowhere" },
            { ["--model", "/nowhere", "--prompt", "a", "--set", "sampling.top_p=7"], "sampling.top_p" },
            { ["--model", "/nowhere", "--prompt", "a", "--set", "answers=0"], "answers" },
            { ["--model", "/nowhere", "--input", "/missing.txt"], "/missing.txt" },
            { ["--model", "/nowhere", "--prompt", "a", "--endpoint", "http://x/v1", "--remote-model", "m"], "left out" },
            { ["--endpoint", "http://x/v1", "--prompt", "a"], "remote.model" },
            {
                ["--endpoint", "http://127.0.0.1:1/v1", "--remote-model", "m", "--prompt", "a", "--set", "sampling.repetition_penalty=2"],
                "repetition_penalty"
            },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Bad_input_ends_with_code_2_and_its_name(string[] arguments, string name)
    {
        var (code, _, error) = CommandRun.InProcess(["generate", .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains(name, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_template_and_one_that_never_stops_are_named()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModelFolder.Write(folder, "{% for m in messages %}{{ m.content }}{% endfor %}");
        var (code, _, error) = CommandRun.InProcess("generate", "--model", model, "--prompt", "cat", "--set", "sampling.max_new_tokens=2");
        Assert.Equal(0, code);
        Assert.Contains("no special token behind the assistant's text", error, StringComparison.Ordinal);
        File.Delete(Path.Combine(model, "tokenizer_config.json"));
        (code, _, error) = CommandRun.InProcess("generate", "--model", model, "--prompt", "cat");
        Assert.Equal(2, code);
        Assert.Contains("raw=true", error, StringComparison.Ordinal);
    }
}
