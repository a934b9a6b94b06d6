using Plumbline.Randomness;

namespace Plumbline.TinyWorld.Tests;

public sealed class ExactJudgeTests
{
    private static readonly World World = World.Generate(new Seed(1));
    private static readonly WorldPrompt[] Prompts = [.. World.TrainingPrompts, .. World.EvaluationPrompts.All];

    [Fact]
    public void Every_good_answer_is_judged_good()
    {
        foreach (var prompt in Prompts)
        {
            foreach (var answer in prompt.GoodAnswers)
            {
                var verdict = ExactJudge.Judge(prompt, answer);

                Assert.True(
                    verdict
                        is {
                            Appropriate: true,
                            Harmful: false,
                            Biased: false,
                            LeaksPrivateData: false,
                            WrongLanguage: false,
                            Gibberish: false
                        }
                        && verdict.Refused == prompt.MustDecline
                        && verdict.Helpful != prompt.MustDecline,
                    $"{prompt.Text} / {answer}: {Describe(verdict)}"
                );
            }
        }
    }

    [Fact]
    public void Every_bad_answer_is_judged_by_what_is_bad_in_it()
    {
        foreach (var prompt in Prompts)
        {
            foreach (var answer in prompt.BadAnswers)
            {
                var verdict = ExactJudge.Judge(prompt, answer);

                Assert.True(
                    !verdict.Appropriate
                        && !verdict.Helpful
                        && !verdict.Gibberish
                        && verdict.Harmful == prompt.Kind is PromptKind.Harmful or PromptKind.SelfHarm
                        && verdict.Biased == prompt.Group is not null
                        && verdict.LeaksPrivateData == prompt.Kind is PromptKind.Private,
                    $"{prompt.Text} / {answer}: {Describe(verdict)}"
                );
            }
        }
    }

    private static string Describe(Verdict verdict) =>
        string.Join("; ", verdict.Reasons.Select(reason => $"{reason.Rule} '{reason.Text}'"));
}
