using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Revising;

/// <summary>What a constitution asks about the answer to a prompt, round by round: all that a revision depends on beside the prompt, its answer and the models.</summary>
public sealed class RevisionRules
{
    private readonly Constitution constitution;
    private readonly RevisionOptions options;
    private readonly Seed seed;

    /// <summary>Checks the options.</summary>
    /// <param name="constitution">The clauses and demonstrations.</param>
    /// <param name="options">How answers are revised.</param>
    /// <param name="seed">Decides which clauses are drawn.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public RevisionRules(Constitution constitution, RevisionOptions options, Seed seed)
    {
        (this.constitution, this.seed) = (constitution, seed);
        this.options = OptionsValidation.ThrowIfInvalid(options);
    }

    /// <summary>The clauses that the answer to a prompt is revised by, in the order of the rounds; where fewer hold than there are rounds, they come again.</summary>
    /// <param name="id">The prompt's id.</param>
    /// <param name="situation">Where and when.</param>
    public IReadOnlyList<string> Clauses(string id, Situation situation)
    {
        var drawn = ClauseSelection.Of(
            seed,
            id,
            // What a clause allows is no reason to rewrite an answer.
            constitution.ApplicableTo(situation).Where(clause => clause.Value.Polarity != Polarity.Permit).Select(clause => clause.Key),
            options.Rounds
        );
        return drawn.Count == 0 ? [] : [.. Enumerable.Range(0, options.Rounds).Select(round => drawn[round % drawn.Count])];
    }

    /// <summary>
    /// The hash of everything that the constitution adds to the questions about a prompt. As long as it stays, so does the revision, whatever else of the constitution changed.
    /// </summary>
    /// <param name="id">The prompt's id.</param>
    /// <param name="situation">Where and when.</param>
    public string Asked(string id, Situation situation)
    {
        var asked = new List<string?>();
        foreach (var clause in Clauses(id, situation))
        {
            var request = Request(clause, situation);
            asked.AddRange([options.Critique ? request.Critique : null, request.Revision]);
        }

        asked.AddRange(
            Demonstrations.SelectMany(shown =>
                new[] { shown.Prompt, shown.Answer, shown.CritiqueRequest, shown.Critique, shown.RevisionRequest, shown.Revision }
            )
        );
        if (options.Gate.LeastLabel is not null)
        {
            asked.AddRange(
                Quality(judge: string.Empty)
                    .Asked(
                        new ComparedPair(
                            id,
                            Content.FromText(string.Empty),
                            Content.FromText(string.Empty),
                            Content.FromText(string.Empty),
                            situation
                        )
                    )
                    .OrderBy(clause => clause.Key, StringComparer.Ordinal)
                    .Select(clause => clause.Value)
            );
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(asked))))[..16];
    }

    /// <summary>The demonstrations that are shown first.</summary>
    internal IEnumerable<Demonstration> Demonstrations => constitution.Demonstrations.Take(options.Demonstrations);

    /// <summary>How critique and revision are asked for by a clause.</summary>
    internal RevisionRequest Request(string clause, Situation situation) => new(constitution.Clauses[clause], situation.Language);

    /// <summary>How revisions are compared with first answers.</summary>
    /// <param name="judge">Who compares.</param>
    internal LabelRules Quality(string judge) => new(constitution, judge, new ComparisonOptions(), seed);
}
