using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Testing;

namespace Plumbline.Tests.Data;

public sealed class RealDatasetTests
{
    [Fact]
    public void The_hh_rlhf_file_reads_2000_rows_of_which_all_but_a_few_odd_ones_are_good()
    {
        var reader = DatasetReader.Open(new DatasetOptions(RealData.Path("hh-rlhf-harmless/harmless-base.first2000.jsonl.gz")));

        var examples = reader.ReadPreferences().ToList();

        Assert.Equal(DatasetShape.HhRlhf, reader.Shape);
        var report = reader.Report;
        Assert.Equal(2000, report.RowsRead);
        Assert.Equal(2000, report.RowsGood + report.BadRows.Values.Sum());
        Assert.True(report.RowsGood > 1900, report.ToString());
        Assert.All(
            examples,
            example =>
            {
                Assert.Equal(ChatRole.User, example.Prompt.Messages![0].Role);
                Assert.Equal(ChatRole.User, example.Prompt.Messages[^1].Role);
                Assert.All([example.Chosen, example.Rejected], answer => Assert.Equal(ChatRole.Assistant, answer.Messages![0].Role));
                Assert.All([example.Chosen, example.Rejected], answer => Assert.Equal(ChatRole.Assistant, answer.Messages![^1].Role));
                Assert.NotEqual(example.Chosen, example.Rejected);
            }
        );
    }

    [Fact]
    public void Every_oasst_tree_gives_rankings_whose_prompt_ends_with_the_user()
    {
        var reader = DatasetReader.Open(new DatasetOptions(RealData.Path("oasst-ranked-trees/en_100_tree.jsonl")));

        var examples = reader.Read().Cast<RankedExample>().ToList();

        Assert.Equal((100, 100), (reader.Report.RowsRead, reader.Report.RowsGood));
        Assert.True(examples.Count > 100);
        // SOURCE.txt of the set counts 641 ranked answers.
        Assert.Equal(641, examples.Sum(example => example.Answers.Count));
        Assert.All(examples, example => Assert.Equal(ChatRole.User, example.Prompt.Messages![^1].Role));
        Assert.All(examples, example => Assert.Equal(1, example.Ranks[0]));
        Assert.Contains(examples, example => example.Prompt.Messages!.Count >= 3);
    }

    [Theory]
    [InlineData("self-instruct-human/seed_tasks.jsonl", 175)]
    [InlineData("self-instruct-human/user_oriented_instructions.jsonl", 252)]
    public void Self_instruct_tasks_become_prompts_with_answers(string path, int count)
    {
        var reader = DatasetReader.Open(new DatasetOptions(RealData.Path(path)));

        Assert.Equal(count, reader.ReadPromptCompletions().Count());
    }

    [Fact]
    public void A_real_csv_file_reads_every_row()
    {
        var reader = DatasetReader.Open(new DatasetOptions(RealData.Path("xstest/xstest_v2_completions_gpt4_gpteval.csv")));

        Assert.Equal(450, reader.ReadPromptCompletions().Count());
    }
}
