using System.CommandLine;
using Plumbline.Configuration;
using Plumbline.Moderation.TextModels.Training;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>A recipe of labelled texts, for commands whose <c>--set</c> is about something else.</summary>
/// <param name="description">What the command does with the recipe.</param>
internal sealed class RecipeArguments(string description)
{
    private readonly Argument<string> recipe = new("RECIPE") { Description = description };

    private readonly Option<string[]> change = new("--recipe-set") { Description = "Overrides one option of the recipe. May be repeated." };

    internal void AddTo(Command command)
    {
        command.Add(recipe);
        command.Add(change);
    }

    internal TextModelRecipe Read(ParseResult parsed) =>
        OptionsFile.Read<TextModelRecipe>(parsed.GetRequiredValue(recipe), parsed.GetValue(change));
}
