using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Moderation.Onnx.Import;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard import</c>.</summary>
internal static class GuardImportCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "The model.json of a tensorflow.js layers model, its weights beside it.",
        };
        var output = new Option<string>("--out") { Description = "The folder that gets model.onnx and config.json.", Required = true };
        var label = new Option<string[]>("--label")
        {
            Description = "A label of the model, one for each output in their order.",
            Required = true,
        };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "import",
            "Makes an image classifier in ONNX, for image_models of a guard's file, of a tensorflow.js model.\n\n"
                + "Example: plumb guard import nsfw/model.json --out models/nsfw --label Drawing --label Hentai --label Neutral --label Porn --label Sexy"
        )
        {
            model,
            output,
            label,
            json,
        };
        command.SetAction(parsed =>
        {
            var made = TensorflowJsImporter.Import(
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(output),
                parsed.GetRequiredValue(label)
            );
            environment.Output.WriteLine(parsed.GetValue(json) ? Json(made).ToJsonString() : Text(made));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Text(TensorflowJsImport made) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{made.Model}: {made.Layers} layers, {made.Parameters} weights, input {string.Join('x', made.InputShape)}, {made.Outputs} labels, scores: {made.Scores?.ToString() ?? "not known; state them in the guard's file"}"
        );

    private static JsonObject Json(TensorflowJsImport made) =>
        new()
        {
            ["model"] = made.Model,
            ["input"] = new JsonArray([.. made.InputShape.Select(size => JsonValue.Create(size))]),
            ["labels"] = made.Outputs,
            ["scores"] = made.Scores?.ToString(),
            ["layers"] = made.Layers,
            ["parameters"] = made.Parameters,
        };
}
