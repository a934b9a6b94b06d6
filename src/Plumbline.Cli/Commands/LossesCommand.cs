using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Training.Losses;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb losses</c>: every loss by name, with its formula, its source and what it needs.</summary>
internal static class LossesCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Formulas are Greek, and nobody puts them into a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static Command Create(CommandEnvironment environment)
    {
        var json = new Option<bool>("--json") { Description = "Prints one JSON array for machines." };
        var losses = LossAssembly.Option();
        var markdown = new Option<bool>("--markdown") { Description = "Prints the tables of docs/losses.md." };
        var command = new Command(
            "losses",
            "Lists the losses by name, with formula, source, what each needs and the options it reads.\n\nExample: plumb losses --json"
        )
        {
            json,
            markdown,
            losses,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(markdown))
            {
                parsed.AddError("--json and --markdown exclude each other.");
            }
        });
        command.SetAction(parsed =>
        {
            LossAssembly.Load(parsed.GetValue(losses));
            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(JsonSerializer.Serialize(LossTable.All, Json));
            }
            else if (parsed.GetValue(markdown))
            {
                environment.Output.Write(LossTable.Markdown());
            }
            else
            {
                Print(environment.Output);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TextWriter output)
    {
        var width = LossTable.All.Max(loss => loss.Name.Length) + 2;
        foreach (var kind in LossTable.All.GroupBy(loss => loss.Kind))
        {
            output.WriteLine(LossTable.Title(kind.Key));
            foreach (var loss in kind)
            {
                output.WriteLine($"  {loss.Name.PadRight(width)}{loss.Formula}");
                output.WriteLine(
                    $"  {new string(' ', width)}{loss.Paper}{(loss.Needs.Count == 0 ? string.Empty : $"; needs: {string.Join(", ", loss.Needs)}")}"
                );
            }
        }
    }
}
