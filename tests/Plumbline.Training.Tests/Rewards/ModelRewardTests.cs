using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Testing.Torch;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Tests.Rewards;

[NoTensorLeaks]
public sealed class ModelRewardTests
{
    private static readonly Tokenizer Tokenizer = BpeTrainer.Train(
        ["the red stone sings", "the blue river walks"],
        new BpeTrainerOptions { VocabularySize = 300, MinFrequency = 1 }
    );

    [Fact]
    public async Task Of_several_turns_a_reward_model_reads_the_whole_conversation()
    {
        using var model = new ScoredDecoder(
            new Decoder(TinyModels.Config with { VocabularySize = Tokenizer.VocabularySize }, new Seed(1)),
            new ScoreHeadOptions
            {
                Labels = ["reward"],
                ProblemType = ScoreProblemType.Regression,
                InitialDeviation = 0.5,
            },
            new Seed(2)
        );
        var reward = new ModelReward(
            new RewardEnsemble([model]),
            new ExampleEncoder(Tokenizer, ChatEncoder.For(Tokenizer), 60),
            0,
            new TrainingOptions { Precision = Precision.Fp32 }
        );
        ChatMessage[] asked = [new(ChatRole.User, "the red")];
        ChatMessage[] turns = [new(ChatRole.Assistant, "stone"), new(ChatRole.User, "and"), new(ChatRole.Assistant, "river")];
        ChatMessage[] longer = [.. turns, new(ChatRole.User, new string('x', 60)), new(ChatRole.Assistant, "river")];
        AnswerToReward Answer(IEnumerable<ChatMessage> prompt, params ChatMessage[] followed) =>
            new(Content.FromMessages(prompt), "river") { Turns = followed };

        var scores = await reward.ScoreAsync([
            Answer(asked, turns),
            // The same conversation, of which only the end is the answer.
            Answer([.. asked, .. turns[..2]]),
            // Another one with the same answer at its end.
            Answer(asked),
            Answer(asked, longer),
        ]);

        Assert.Equal(scores[1]!.Value, scores[0]!.Value, 1e-5);
        Assert.True(Math.Abs(scores[2]!.Value - scores[0]!.Value) > 1e-3, $"{scores[2]} and {scores[0]}");
        Assert.Null(scores[3]);
    }
}
