import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ChoiceField } from './choice-field.tsx';
import { asText, type FieldProps, isJsonObject } from './field-props.ts';

/** A tool server and one of its tools. Arguments that the new tool has too are kept. */
export function ToolField({ config, onConfig, disabled }: FieldProps<'tool'>) {
  const t = useT('workflow');
  const found = useCall((signal) => client.tools.listTools({}, { signal }), []);
  const servers = useCall((signal) => client.tools.listServers(undefined, { signal }), []);
  const server = asText(config.server);
  const tools = found.data?.filter((tool) => tool.server === server);

  const pickTool = (name: string) => {
    const schema = tools?.find((tool) => tool.name === name)?.inputSchema;
    const known = isJsonObject(schema?.properties) ? schema.properties : {};
    const args = isJsonObject(config.args) ? config.args : {};
    onConfig({ tool: name, args: Object.fromEntries(Object.entries(args).filter(([key]) => Object.hasOwn(known, key))) });
  };
  return (
    <div className="wf-stack">
      <ChoiceField
        label={t('fields.server')}
        value={server}
        options={servers.data?.map((item) => ({
          value: item.id,
          label: item.title,
          hint:
            item.state === 'ready' || item.isAsleep === true
              ? t('fields.tool-count', { count: item.toolCount })
              : t(`server.${item.state}`),
        }))}
        error={servers.error}
        empty={t('fields.no-servers')}
        disabled={disabled}
        onChange={(next) => next !== server && onConfig({ server: next, tool: '', args: {} })}
      />
      {server !== '' && (
        <ChoiceField
          label={t('fields.tool')}
          value={asText(config.tool)}
          options={tools?.map((tool) => ({ value: tool.name, label: tool.title || tool.name, hint: tool.name }))}
          error={found.error}
          empty={t('fields.no-tools')}
          disabled={disabled}
          onChange={pickTool}
        />
      )}
    </div>
  );
}
